"""The queue's map: which handler answers which command, and where each kind of aggregate is kept."""

from services.queue.domain.appointment import Agenda, Appointment
from services.queue.domain.counter import Counter
from services.queue.domain.feedback import Feedback
from services.queue.domain.line import Line
from services.queue.domain.office import Office
from services.queue.domain.plan_record import PlanRecord
from services.queue.domain.ticket import Ticket
from services.queue.handlers import book_appointment, check_in, give_feedback, move_appointment, take_ticket
from services.queue.handlers.call_next import call_next
from services.queue.handlers.cancel_appointment import cancel_appointment
from services.queue.handlers.cancel_ticket import cancel_ticket
from services.queue.handlers.close_line import close_line
from services.queue.handlers.configure_office import configure_office
from services.queue.handlers.delay_ticket import delay_ticket
from services.queue.handlers.finish_ticket import finish_ticket
from services.queue.handlers.lookup import (
    needs_appointment,
    needs_counter,
    needs_latest,
    needs_office,
    needs_person,
    needs_ticket,
    the_office,
)
from services.queue.handlers.mark_no_show import mark_no_show
from services.queue.handlers.park_ticket import park_ticket
from services.queue.handlers.pause_counter import pause_counter
from services.queue.handlers.put_back_ticket import put_back_ticket
from services.queue.handlers.recall_ticket import recall_ticket
from services.queue.handlers.reopen_line import reopen_line
from services.queue.handlers.resume_counter import resume_counter
from services.queue.handlers.resume_ticket import resume_ticket
from services.queue.handlers.serve_ticket import serve_ticket
from services.queue.handlers.sign_off import sign_off
from services.queue.handlers.sign_on import sign_on
from services.queue.handlers.transfer_ticket import transfer_ticket
from services.queue.handlers.undo_step import undo_step
from shared.contracts import queue
from shared.messaging.routes import Index, Kind, Route, Routes
from shared.staff.routes import STAFF, staff_routes

ROUTES = Routes(
    service=queue.SERVICE,
    refused=queue.CommandRefused,
    commands={
        queue.ConfigureOffice: Route(configure_office, needs_office),
        **staff_routes(queue.STAFF, knows_office=the_office, needs_office=needs_office),
        queue.TakeTicket: Route(take_ticket.take_ticket, take_ticket.needs),
        queue.CancelTicket: Route(cancel_ticket, needs_ticket),
        queue.DelayTicket: Route(delay_ticket, needs_ticket),
        queue.GiveFeedback: Route(give_feedback.give_feedback, give_feedback.needs),
        queue.BookAppointment: Route(book_appointment.book_appointment, book_appointment.needs),
        queue.MoveAppointment: Route(move_appointment.move_appointment, move_appointment.needs),
        queue.CancelAppointment: Route(cancel_appointment, needs_appointment),
        queue.CheckIn: Route(check_in.check_in, check_in.needs),
        queue.SignOn: Route(sign_on, needs_counter),
        queue.SignOff: Route(sign_off, needs_counter),
        queue.PauseCounter: Route(pause_counter, needs_counter),
        queue.ResumeCounter: Route(resume_counter, needs_counter),
        queue.CallNext: Route(call_next, needs_counter),
        queue.RecallTicket: Route(recall_ticket, needs_person),
        queue.ServeTicket: Route(serve_ticket, needs_person),
        queue.ParkTicket: Route(park_ticket, needs_person),
        queue.ResumeTicket: Route(resume_ticket, needs_ticket),
        queue.TransferTicket: Route(transfer_ticket, needs_person),
        queue.FinishTicket: Route(finish_ticket, needs_person),
        queue.MarkNoShow: Route(mark_no_show, needs_person),
        queue.PutBackTicket: Route(put_back_ticket, needs_ticket),
        queue.UndoStep: Route(undo_step, needs_latest),
        queue.CloseLine: Route(close_line, needs_office),
        queue.ReopenLine: Route(reopen_line, needs_office),
    },
    kinds=(
        # Few and read by almost every command: they stay in the worker's memory.
        Kind(Office, "offices", cached=True),
        Kind(Counter, "counters", cached=True),
        Kind(Line, "lines", cached=True),
        Kind(Agenda, "agendas", cached=True),
        Kind(
            Ticket,
            "tickets",
            indexes=(
                Index(("line", "state", "rank")),  # who is next, and how many are ahead of a rank
                Index(("claim",), unique=True, partial=True),  # one active ticket per person and line
            ),
            former_indexes=("line_number", "counter_line_called_at", "family", "taken_at"),
            traced=True,
        ),
        Kind(
            Appointment,
            "appointments",
            indexes=(
                Index(("claim",), unique=True, partial=True),  # one open appointment per person and service
                Index(("agenda", "slot")),  # whom a day expects, in order
                Index(("slot",)),  # what is old enough to be forgotten
            ),
        ),
        Kind(
            Feedback,
            "feedback",
            indexes=(
                Index(("office", "day")),  # how the visits of a while were
                Index(("given_at",)),  # whose words are old enough to be forgotten
            ),
        ),
        Kind(PlanRecord, "plans", indexes=(Index(("office", "revision"), unique=True),)),
        STAFF,
    ),
    told=(queue.SignOn, queue.SignOff, queue.PauseCounter, queue.ResumeCounter),  # of which the forecast learns
)
