"""AddStaff: let a person work for an office."""

from services.queue.domain.staff import Staff, staff_id
from services.queue.handlers.lookup import the_office
from shared.contracts.queue import AddStaff, StaffAdded
from shared.messaging.work import Work


async def add_staff(command: AddStaff, work: Work) -> list[StaffAdded]:
    """Open an account, or renew name and password of the one that has this user name."""
    office = await the_office(command, work)
    id = staff_id(office.id, command.username)
    staff = await work.find(Staff, id)
    if staff is None:
        staff = Staff(id, work.pseudonym(f"staff/{id}"), display_name="", password_hash="")
        work.add(staff)
    return [staff.open(command.display_name, command.password_hash, command.roles, one_time=command.one_time)]
