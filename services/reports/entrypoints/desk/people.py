"""The people of an office's desk, by name: who can look after an incident, and who wrote what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request

from services.reports.entrypoints.staff import WHO_MAY
from shared.staff.accounts import StaffView
from shared.staff.entrypoints.officer import Officer
from shared.staff.kit import staff_of


@dataclass(frozen=True, slots=True)
class People:
    """Everybody with an account, and who asks."""

    known: Sequence[StaffView]
    names: Mapping[str, str]
    """User name → how the person is called; a user name of nobody known is not in it."""

    def name(self, username: str) -> str:
        """How somebody is called; of who has no account any more, the user name."""
        return self.names.get(username, username)

    def at_desk(self, but: str) -> list[StaffView]:
        """The colleagues who may look after incidents."""
        may = set(WHO_MAY["work-at-desk"])
        return [person for person in self.known if person.username != but and not may.isdisjoint(person.roles)]


async def people_of(request: Request, officer: Officer) -> People:
    """The people of the officer's office. May raise `Transient`."""
    known = await staff_of(request).accounts.people(officer.office)
    names = {person.username: person.display_name for person in known} | {officer.username: officer.name}
    return People(known, names)
