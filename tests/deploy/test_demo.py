"""What the demo does is what its services take."""

from datetime import UTC, datetime
from importlib import import_module

import pytest

from deploy.demo.everywhere import demos
from deploy.demo.offers import ServiceDemo, Wish
from deploy.demo.seed import fingerprint
from deploy.processes import SERVICES
from shared.contracts import queue, reports
from shared.contracts.catalogue import publisher
from shared.contracts.message import Refusal
from tests.support.twin import Twin

NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
"""Monday morning in Palu."""
HASH = "$argon2id$of-a-password"
PASSWORDS = {account.username: "a password" for demo in demos() for account in demo.accounts}


def twin(demo: ServiceDemo) -> Twin:
    return Twin(import_module(f"services.{demo.service}.routes").ROUTES, publisher(demo.service).events, NOW)


@pytest.mark.parametrize("demo", demos(), ids=SERVICES)
async def test_a_worker_accepts_all_of_it(demo: ServiceDemo) -> None:
    service = twin(demo)
    commands = [
        demo.set_up(Wish()),
        *(demo.employ(account, HASH) for account in demo.accounts),
        *demo.begin(),
    ]
    for command in commands:
        events = await service.send(command)
        assert events, command
        assert not isinstance(events[0], Refusal), events
    assert service.letters() == []


@pytest.mark.parametrize("demo", demos(), ids=SERVICES)
def test_it_has_somebody_for_each_role(demo: ServiceDemo) -> None:
    staff = next(staff for staff in (queue.STAFF, reports.staff.STAFF) if staff.add.publisher == demo.service)
    assert {account.role for account in demo.accounts} == set(staff.roles)


def test_whoever_works_for_several_services_is_one_person() -> None:
    called: dict[str, set[str]] = {}
    for demo in demos():
        for account in demo.accounts:
            called.setdefault(account.username, set()).add(account.called)
    assert all(len(names) == 1 for names in called.values())


def test_another_password_or_wish_is_another_demo() -> None:
    (demo,) = demos(["queue"])
    first = fingerprint(demo, Wish(), PASSWORDS)
    assert fingerprint(demo, Wish(), PASSWORDS) == first
    assert fingerprint(demo, Wish(always_open=True), PASSWORDS) != first
    assert fingerprint(demo, Wish(), PASSWORDS | {"petugas": "another"}) != first


def test_a_service_that_is_not_there_is_said_to_be_missing() -> None:
    with pytest.raises(KeyError, match="forum"):
        demos(["forum"])
