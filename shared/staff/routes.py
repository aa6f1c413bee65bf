"""What a service's map says of its staff: `ROUTES.commands` takes `staff_routes`, `ROUTES.kinds` takes `STAFF`."""

from collections.abc import Iterator

from shared.contracts.message import Command
from shared.contracts.staff import StaffCommand, StaffMessages
from shared.messaging.routes import Kind, Needs, Ref, Route
from shared.messaging.work import Work
from shared.staff.domain.account import Staff, staff_id
from shared.staff.handlers import KnowsOffice, StaffHandlers

COLLECTION = "staff"
STAFF = Kind(Staff, COLLECTION)


def staff_routes(
    messages: StaffMessages, *, knows_office: KnowsOffice, needs_office: Needs
) -> dict[type[Command], Route]:
    """The routes of the four commands. `needs_office` names what `knows_office` will look up."""
    handlers = StaffHandlers(messages, knows_office)

    def needs(command: StaffCommand, work: Work) -> Iterator[Ref]:
        yield from needs_office(command, work)
        yield Ref(Staff, staff_id(command.office, command.username))

    return {
        messages.add: Route(handlers.add_staff, needs),
        messages.assign: Route(handlers.assign_roles, needs),
        messages.change: Route(handlers.change_password, needs),
        messages.remove: Route(handlers.remove_staff, needs),
    }
