"""RemoveStaff: let a person work for an office no more."""

from services.queue.handlers.lookup import someone_else
from shared.contracts.queue import RemoveStaff, StaffRemoved
from shared.messaging.work import Work


async def remove_staff(command: RemoveStaff, work: Work) -> list[StaffRemoved]:
    """Empty the account; what the person has done stays in the journal."""
    staff = await someone_else(command, work)
    return [staff.remove()]
