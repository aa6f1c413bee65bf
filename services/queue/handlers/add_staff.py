"""AddStaff: let a person work at an office's counters."""

from collections.abc import Iterator

from services.queue.domain.staff import Staff, staff_id
from services.queue.handlers.lookup import needs_office, the_office
from shared.contracts.queue import AddStaff, StaffAdded
from shared.messaging.routes import Ref
from shared.messaging.work import Work


def needs(command: AddStaff, work: Work) -> Iterator[Ref]:
    """The account may exist already."""
    yield from needs_office(command, work)
    yield Ref(Staff, staff_id(command.office, command.username))


async def add_staff(command: AddStaff, work: Work) -> list[StaffAdded]:
    """Open an account, or renew the password of the one that has this user name."""
    office = await the_office(command, work)
    id = staff_id(office.id, command.username)
    staff = await work.find(Staff, id)
    if staff is None:
        work.add(Staff(id, command.display_name, command.password_hash))
    else:
        staff.renew(command.display_name, command.password_hash)
    return [StaffAdded(office=office.id, staff=work.pseudonym(f"staff/{id}"))]
