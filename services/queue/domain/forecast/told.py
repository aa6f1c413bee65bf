"""The queue's own events as happenings: what they say of waiting times."""

from collections.abc import Iterator

from services.queue.domain.forecast import happenings as h
from services.queue.domain.forecast.durations import Prior
from services.queue.domain.forecast.learner import Priors
from services.queue.domain.forecast.order import MINUTE, Order
from services.queue.domain.order import counts_from
from shared.contracts import queue
from shared.contracts.queue import Group, OfficePlan, QueueEvent


def order_of(plan: OfficePlan) -> Order:
    """An office's order rule."""
    late = [service.appointments.late_minutes for service in plan.services if service.appointments]
    head_starts: dict[Group, float] = {
        "priority": plan.order.priority_minutes * MINUTE,
        "appointment": plan.order.appointment_minutes * MINUTE,
    }
    return Order(head_starts, max(late) * MINUTE) if late else Order(head_starts)


def priors_of(plan: OfficePlan) -> Priors:
    """What an office configures of its services."""
    return Priors(work={service.id: Prior(service.usual_minutes * MINUTE) for service in plan.services})


def stands(rank: int, day: str) -> float:
    """Where somebody with a rank of a local day stands, in seconds."""
    return counts_from(rank, day).timestamp()


def happenings_of(event: QueueEvent, at: float) -> Iterator[h.Happening]:
    """What an event says; nothing where waiting does not depend on it."""
    match event:
        case queue.TicketEvent():
            yield from _of_ticket(event, event.line.rpartition(":")[2], at)
        case queue.CounterSignedOn():
            yield h.Opened(at, event.counter, event.services)
        case queue.CounterSignedOff():
            yield h.Closed(at, event.counter)
        case queue.CounterPaused():
            yield h.Paused(at, event.counter)
        case queue.CounterResumed():
            yield h.Resumed(at, event.counter)
        case queue.AppointmentBooked() | queue.AppointmentMoved():
            yield h.Booked(at, event.appointment, event.service, event.slot.timestamp())
        case queue.AppointmentCancelled():
            yield h.BookingCancelled(at, event.appointment)


def _of_ticket(event: queue.TicketEvent, day: str, at: float) -> Iterator[h.Happening]:
    ticket = event.ticket
    match event:
        case queue.TicketTaken(service=service, group=group, rank=rank):
            place = stands(rank, day)
            yield h.Taken(at, ticket, service, group, None, rank, event.appointment, place, event.promise)
        case queue.TicketCalled():
            yield h.Called(at, ticket, event.counter)
        case queue.ServingStarted():
            yield h.Started(at, ticket)
        case queue.ServingFinished():
            yield h.Finished(at, ticket)
        case queue.TicketMissed():
            yield h.Missed(at, ticket)
        case queue.TicketParked():
            yield h.Parked(at, ticket)
        case queue.TicketResumed():
            yield h.Returned(at, ticket, event.counter)
        case queue.TicketPutBack(rank=rank):
            yield h.PutBack(at, ticket, stands(rank, day), rank)
        case queue.TicketDelayed(rank=rank):
            yield h.Moved(at, ticket, stands(rank, day), rank)
        case queue.TicketTransferred():
            yield h.SentOn(at, ticket)
        case queue.TicketJoined(service=service, group=group, rank=rank):
            yield h.Joined(at, ticket, service, group, stands(rank, day), rank)
        case queue.TicketCancelled():
            yield h.Cancelled(at, ticket)
        case queue.StepUndone(service=service, counter=counter, state=state, rank=rank):
            where = None if rank is None else stands(rank, day)
            yield h.Undone(at, ticket, service, counter, state, where, rank or 0)
