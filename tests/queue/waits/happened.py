"""Arbitrary things that happen at an office, done to the real domain in memory, and what a process makes of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from hypothesis import strategies as st

from services.queue.domain.appointment import Appointment
from services.queue.domain.counter import Counter
from services.queue.domain.forecast.learner import Learner
from services.queue.domain.forecast.situation import CounterNow
from services.queue.domain.forecast.told import priors_of
from services.queue.domain.line import Line
from services.queue.waits.kept import Expected, Kept, Slip, Step
from services.queue.waits.office_day import OfficeDay
from shared.contracts import queue
from shared.contracts.message import Command, events_topic
from shared.contracts.queue import EVENTS, AppointmentPlan, State
from shared.messaging.envelope import Codec, Incoming
from tests.queue.scene import MONDAY, OFFICE, PLAN, Scene, daily

DAY = "2026-03-02"
BUSY = replace(
    PLAN,
    services=tuple(
        replace(
            s,
            hours=daily(time(6), time(0), range(7)),
            appointments=AppointmentPlan(capacity=5, early_minutes=120) if s.id == "skck" else None,
        )
        for s in PLAN.services
    ),
)
COUNTERS = [counter.id for counter in PLAN.counters]
SERVICES = [service.id for service in PLAN.services]
Make = Callable[["Play", str], Command]
"""A command of one counter, or that names it."""


def at_counter(kind: Callable[..., Command], **more: Any) -> Make:
    return lambda _, counter: kind(office=OFFICE, counter=counter, **more)


def with_ticket(kind: Callable[..., Command], *states: State) -> Make:
    return lambda play, counter: kind(office=OFFICE, counter=counter, ticket=play.some_ticket(0, *states))


CALL, SERVE, FINISH = at_counter(queue.CallNext), at_counter(queue.ServeTicket), at_counter(queue.FinishTicket)
MISS, RECALL, UNDO = at_counter(queue.MarkNoShow), at_counter(queue.RecallTicket), at_counter(queue.UndoStep)
PARK, RESUME = at_counter(queue.ParkTicket), with_ticket(queue.ResumeTicket, "parked")
PUT_BACK = with_ticket(queue.PutBackTicket, "called", "missed")
TO_SIM, TO_SKCK = (at_counter(queue.TransferTicket, service=service) for service in ("sim", "skck"))
SIGN_ON, SIGN_OFF = at_counter(queue.SignOn), at_counter(queue.SignOff)
SIGN_ON_FOR_LESS = at_counter(queue.SignOn, services=("skck",))
PAUSE, GO_ON = at_counter(queue.PauseCounter), at_counter(queue.ResumeCounter)
CHAINS: tuple[tuple[Make, ...], ...] = (
    (CALL,), (SERVE,), (FINISH,), (MISS,), (RECALL,), (UNDO,), (PARK,), (RESUME,), (PUT_BACK,),
    (CALL, SERVE, FINISH), (CALL, SERVE, FINISH, UNDO), (CALL, UNDO), (CALL, SERVE, UNDO), (CALL, MISS, UNDO),
    (CALL, MISS, PUT_BACK), (CALL, MISS, PUT_BACK, UNDO), (CALL, PUT_BACK), (CALL, PUT_BACK, UNDO),
    (CALL, SERVE, PARK), (CALL, SERVE, PARK, UNDO), (CALL, SERVE, PARK, RESUME), (RESUME, UNDO), (RESUME, UNDO, RESUME),
    (CALL, SERVE, TO_SKCK), (CALL, SERVE, TO_SIM), (CALL, SERVE, TO_SKCK, UNDO), (TO_SIM,), (TO_SKCK, CALL),
    (SIGN_ON,), (SIGN_ON_FOR_LESS,), (SIGN_OFF,), (SIGN_OFF, CALL, UNDO), (SIGN_OFF, UNDO), (PAUSE,), (GO_ON,),
    (PAUSE, SIGN_ON), (SIGN_ON_FOR_LESS, SIGN_OFF, CALL),
)  # fmt: skip
"""What tends to follow one another at a counter, within the seconds in which a step can be taken back."""
NEEDS = [None, None, "elderly"]


@dataclass(frozen=True, slots=True)
class Wishes:
    """Things that somebody tries one after the other, so many seconds after whatever was before."""

    makes: tuple[Callable[["Play"], Command], ...]
    seconds: int


class Play:
    """The stage."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene

    @classmethod
    async def opened(cls) -> "Play":
        """Six people are there already."""
        play = cls(await Scene.opened(BUSY, MONDAY))
        for n in range(6):
            await play.scene.take(SERVICES[n % 2])
        return play

    async def does(self, wishes: list[Wishes]) -> None:
        for wish in wishes:
            self.scene.pass_time(seconds=wish.seconds)
            for make in wish.makes:
                self.scene.pass_time(seconds=2)
                await self.scene.send(make(self))

    def told(self) -> list[Incoming]:
        """All events so far."""
        codec = Codec(EVENTS)
        return [codec.decode(record) for record in self.scene.bus.all(events_topic("queue"))]

    def kept(self) -> Kept:
        """What a database would say."""
        open_: list[Appointment] = [a for a in self.scene.all(Appointment) if a.agenda.endswith(DAY)]
        return Kept(
            day=DAY,
            slips=[Slip.of(ticket) for ticket in self.scene.tickets()],
            expected=[Expected(a.id, a.service, a.slot, a.state == "booked") for a in open_ if a.state != "cancelled"],
            counters=self.scene.all(Counter),
            revisions={line.id: line.revision for line in self.scene.all(Line)},
            steps=[
                Step(event.id, event.issued_at, event.message)
                for event in self.told()
                if isinstance(event.message, queue.AtCounter)
            ],
        )

    def some_ticket(self, nth: int, *states: State) -> str:
        tickets = [ticket for ticket in self.scene.tickets() if not states or ticket.state in states]
        return tickets[nth % len(tickets)].id if tickets else "none"

    def some_appointment(self, nth: int) -> str:
        known = self.scene.all(Appointment)
        return known[nth % len(known)].id if known else "none"


def empty_day() -> OfficeDay:
    """As of the morning."""
    day = OfficeDay(BUSY, DAY, Learner(priors_of(BUSY)))
    day.begin(Kept(DAY, (), (), (), {}), MONDAY.timestamp() - 60)
    return day


def take(day: OfficeDay, events: list[Incoming]) -> set[str]:
    """Tell events; returns what they came to."""
    outcomes: set[str] = set()
    for event in events:
        fact = event.message
        if isinstance(fact, queue.QueueEvent) and not isinstance(fact, queue.OfficeConfigured):
            outcomes.add(day.apply(fact, event.id, event.issued_at.timestamp()))
    return outcomes


def seen(day: OfficeDay, now: float) -> Any:
    """What is known of a day, as far as the database keeps it: not since when a counter has been free or paused."""
    situation = day.situation(now)

    def counter(now: CounterNow) -> CounterNow:
        return replace(now, free_since=None, paused_at=None if now.paused_at is None else 0.0)

    return (
        sorted(situation.waiting, key=lambda w: w.ticket),
        sorted((counter(c) for c in situation.counters), key=lambda c: c.id),
        sorted(situation.bookings, key=lambda b: b.id),
        day.tried(),
    )


def _slot(nth: int) -> datetime:
    return MONDAY + timedelta(hours=24 if nth == 5 else 1 + nth)


def _alone(make: Callable[["Play"], Command]) -> tuple[Callable[["Play"], Command], ...]:
    return (make,)


TAKINGS = st.builds(
    lambda service, need, promise: _alone(
        lambda _: queue.TakeTicket(office=OFFICE, service=service, need=need, promise=promise)
    ),
    st.sampled_from(SERVICES),
    st.sampled_from(NEEDS),
    st.sampled_from([None, queue.Promise(60, 120), queue.Promise(600, 1200)]),
)
AT_COUNTERS = st.builds(
    lambda chain, counter: tuple(partial(make, counter=counter) for make in chain),
    st.sampled_from(CHAINS),
    st.sampled_from(COUNTERS),
)
OF_HOLDERS = st.builds(
    lambda kind, nth: _alone(lambda play: kind(office=OFFICE, ticket=play.some_ticket(nth, "waiting", "called"))),
    st.sampled_from([queue.CancelTicket, partial(queue.DelayTicket, minutes=10)]),
    st.integers(0, 9),
)
BOOKINGS = st.builds(
    lambda nth, phone: _alone(
        lambda _: queue.BookAppointment(office=OFFICE, service="skck", slot=_slot(nth), phone=f"+62810000{phone:04d}")
    ),
    st.integers(0, 5),
    st.integers(0, 3),
)
OF_BOOKED = st.builds(
    lambda kind, nth: _alone(lambda play: kind(office=OFFICE, appointment=play.some_appointment(nth))),
    st.sampled_from(
        [queue.CancelAppointment, queue.CheckIn, *(partial(queue.MoveAppointment, slot=_slot(n)) for n in (2, 5))]
    ),
    st.integers(0, 3),
)
WISHES = st.lists(
    st.builds(
        Wishes,
        st.one_of(TAKINGS, TAKINGS, *[AT_COUNTERS] * 8, OF_HOLDERS, BOOKINGS, OF_BOOKED),
        st.sampled_from([1, 3, 30]),
    ),
    min_size=20,
    max_size=50,
)
