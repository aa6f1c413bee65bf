"""The demo office's desk, with its units on duty and a few exercises to work on."""

from collections.abc import Sequence

from deploy.demo.offers import Account, Place, ServiceDemo, Wish
from services.reports.demo import OFFICE, UNITS, demo_office
from shared.contracts.message import Command
from shared.contracts.reports import SERVICE
from shared.contracts.reports.base import Place as Where
from shared.contracts.reports.incidents import Answer, FileReport
from shared.contracts.reports.staff import AddStaff
from shared.contracts.reports.units import GoInService

EXERCISES = (
    (
        "kecelakaan",
        "Latihan: dua sepeda motor bertabrakan, satu pengendara luka ringan.",
        Where(-0.9078, 119.8531),
        (Answer("hurt", "yes"),),
    ),
    (
        "curanmor",
        "Latihan: sepeda motor hilang dari tempat parkir pasar.",
        Where(-0.8986, 119.8512),
        (Answer("vehicle", "motor"),),
    ),
    ("kebisingan", "Latihan: musik keras sampai lewat tengah malam.", Where(-0.9235, 119.8832), ()),
)
"""Invented, and marked as such wherever they are shown."""


def _set_up(_: Wish) -> Command:
    return demo_office()


def _employ(account: Account, password_hash: str) -> Command:
    return AddStaff.model_validate(
        {
            "office": OFFICE,
            "username": account.username,
            "display_name": account.display_name,
            "password_hash": password_hash,
            "roles": (account.role,),
        }
    )


def _begin() -> Sequence[Command]:
    on_duty = [GoInService(office=OFFICE, unit=unit.id) for unit in UNITS]
    exercises = [
        FileReport(
            office=OFFICE,
            category=category,
            words=words,
            place=place,
            answers=answers,
            privacy="anonymous",
            exercise=True,
        )
        for category, words, place, answers in EXERCISES
    ]
    return [*on_duty, *exercises]


DEMO = ServiceDemo(
    service=SERVICE,
    office=OFFICE,
    accounts=(
        Account("petugas", "Petugas Demo", "officer", "officer", "/reports/field"),
        Account("operator", "Operator Demo", "dispatcher", "dispatcher", "/reports/desk"),
        Account("manajer", "Manajer Demo", "manager", "manager", "/reports/desk"),
        Account("administrator", "Administrator Demo", "administrator", "administrator", "/reports/manage/plan"),
    ),
    places=(Place("report", f"/reports/offices/{OFFICE}"), Place("come back", "/reports/track")),
    set_up=_set_up,
    employ=_employ,
    begin=_begin,
)
