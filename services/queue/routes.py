"""The queue's map: which handler answers which command, and where each kind of aggregate is kept."""

from services.queue.domain.counter import Counter
from services.queue.domain.line import Line
from services.queue.domain.office import Office
from services.queue.domain.staff import Staff
from services.queue.domain.ticket import Ticket
from services.queue.handlers import take_ticket
from services.queue.handlers.add_staff import add_staff
from services.queue.handlers.assign_roles import assign_roles
from services.queue.handlers.call_next import call_next
from services.queue.handlers.cancel_ticket import cancel_ticket
from services.queue.handlers.change_password import change_password
from services.queue.handlers.close_line import close_line
from services.queue.handlers.configure_office import configure_office
from services.queue.handlers.finish_ticket import finish_ticket
from services.queue.handlers.lookup import needs_counter, needs_office, needs_person, needs_staff, needs_ticket
from services.queue.handlers.mark_no_show import mark_no_show
from services.queue.handlers.put_back_ticket import put_back_ticket
from services.queue.handlers.recall_ticket import recall_ticket
from services.queue.handlers.remove_staff import remove_staff
from services.queue.handlers.serve_ticket import serve_ticket
from shared.contracts import queue
from shared.messaging.routes import Index, Kind, Route, Routes

ROUTES = Routes(
    service=queue.SERVICE,
    refused=queue.CommandRefused,
    commands={
        queue.ConfigureOffice: Route(configure_office, needs_office),
        queue.AddStaff: Route(add_staff, needs_staff),
        queue.AssignRoles: Route(assign_roles, needs_staff),
        queue.ChangePassword: Route(change_password, needs_staff),
        queue.RemoveStaff: Route(remove_staff, needs_staff),
        queue.TakeTicket: Route(take_ticket.take_ticket, take_ticket.needs),
        queue.CancelTicket: Route(cancel_ticket, needs_ticket),
        queue.CallNext: Route(call_next, needs_counter),
        queue.RecallTicket: Route(recall_ticket, needs_person),
        queue.ServeTicket: Route(serve_ticket, needs_person),
        queue.FinishTicket: Route(finish_ticket, needs_person),
        queue.MarkNoShow: Route(mark_no_show, needs_person),
        queue.PutBackTicket: Route(put_back_ticket, needs_ticket),
        queue.CloseLine: Route(close_line, needs_office),
    },
    kinds=(
        # Few and read by almost every command: they stay in the worker's memory.
        Kind(Office, "offices", cached=True),
        Kind(Counter, "counters", cached=True),
        Kind(Line, "lines", cached=True),
        Kind(
            Ticket,
            "tickets",
            indexes=(
                Index(("line", "state", "rank")),  # who is next, and how many are ahead of a rank
                Index(("line", "sequence"), unique=True),  # a number is given out once, whatever else breaks
                Index(("counter", "line", "called_at"), partial=True),  # whom a counter called, latest first
                Index(("claim",), unique=True, partial=True),  # one active ticket per person and line
            ),
        ),
        Kind(Staff, "staff"),
    ),
)
