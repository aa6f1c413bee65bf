"""The demo office's queue."""

from dataclasses import replace
from datetime import datetime

from deploy.demo.offers import Account, Place, ServiceDemo, Wish
from services.queue.demo import OFFICE, demo_office
from services.queue.domain.office import Office
from shared.contracts.message import Command
from shared.contracts.queue import SERVICE, AddStaff, Shares

COUNTER = "loket-1"


def _set_up(wish: Wish) -> Command:
    command = demo_office(always_open=wish.always_open)
    if wish.quota is None:
        return command
    services = tuple(replace(s, quota=wish.quota, shares=Shares()) for s in command.plan.services)
    return command.model_copy(update={"plan": replace(command.plan, services=services)})


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


def _closed_until(now: datetime) -> datetime | None:
    office = Office(OFFICE, demo_office().plan)
    if any(office.is_open(service, now) for service in office.plan.services):
        return None
    openings = (office.next_opening(service, now) for service in office.plan.services)
    return min(opening for opening in openings if opening)


DEMO = ServiceDemo(
    service=SERVICE,
    office=OFFICE,
    accounts=(
        Account("petugas", "Petugas Demo", "officer", "officer", f"/queue/counters/{COUNTER}"),
        Account("manajer", "Manajer Demo", "manager", "manager", "/queue/manage"),
        Account("administrator", "Administrator Demo", "administrator", "administrator", "/queue/manage/plan"),
    ),
    places=(Place("take a ticket", f"/queue/offices/{OFFICE}"), Place("lobby", f"/queue/offices/{OFFICE}/board")),
    set_up=_set_up,
    employ=_employ,
    closed_until=_closed_until,
)
