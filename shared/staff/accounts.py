"""What is asked of the local accounts. Read-only, and not on the way of a command."""

from dataclasses import dataclass

from shared.messaging.mongo_store import MongoStore
from shared.mongo import Database, passing_errors
from shared.staff.domain.account import Staff, staff_id
from shared.staff.domain.errors import StaffUnknown
from shared.staff.routes import COLLECTION


@dataclass(frozen=True, slots=True)
class StaffView:
    """A person with a local account, as an administrator sees them."""

    username: str
    display_name: str
    roles: tuple[str, ...]
    one_time: bool
    """Has yet to choose a password."""


class Accounts:
    """The accounts of one service. Every question may raise `Transient`."""

    def __init__(self, database: Database, store: MongoStore) -> None:
        """`store` must know the kind `STAFF`."""
        self._staff = database[COLLECTION]
        self._store = store

    async def staff(self, id: str) -> Staff | None:
        """A local account by which somebody can sign in."""
        found = await self._store.load(Staff, "id", [id])
        return found[0] if found and not found[0].is_removed else None

    async def people(self, office: str) -> list[StaffView]:
        """Who has a local account in an office, by user name."""
        of_office = {"$gte": staff_id(office, ""), "$lt": f"{office};"}  # `;` comes next after `:`
        with passing_errors():
            ids = [found["_id"] async for found in self._staff.find({"_id": of_office}, {"_id": 1})]
        accounts = await self._store.load(Staff, "id", ids)
        return [_view(account) for account in sorted(accounts, key=lambda a: a.id) if not account.is_removed]

    async def person(self, office: str, username: str) -> StaffView:
        """One of them. Raises `StaffUnknown`."""
        account = await self.staff(staff_id(office, username))
        if account is None:
            raise StaffUnknown
        return _view(account)


def _view(account: Staff) -> StaffView:
    _, _, username = account.id.partition(":")
    return StaffView(username, account.display_name, account.roles, account.one_time)
