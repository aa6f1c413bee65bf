"""AssignRoles: have a person work as something else."""

from services.queue.handlers.lookup import someone_else
from shared.contracts.queue import AssignRoles, RolesAssigned
from shared.messaging.work import Work


async def assign_roles(command: AssignRoles, work: Work) -> list[RolesAssigned]:
    """Take the place of all that the person worked as before."""
    staff = await someone_else(command, work)
    return [staff.assign(command.roles)]
