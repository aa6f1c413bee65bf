"""No order of commands, alone or in batches, redelivered or late, breaks what the queue promises."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from functools import partial
from itertools import count
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.queue.domain.appointment import Agenda, Appointment
from services.queue.domain.counter import Counter
from services.queue.domain.feedback import Feedback
from services.queue.domain.line import Line
from services.queue.domain.ticket import Ticket
from services.queue.routes import ROUTES
from shared.contracts import queue
from shared.contracts.message import Command, Event, Refusal
from shared.contracts.queue import AppointmentPlan, Shares, Way
from tests.queue.promises import check_agendas, check_kept, check_told
from tests.queue.scene import OFFICE, PLAN, Scene, daily

QUOTA = 8
SLOTS = AppointmentPlan(minutes=30, capacity=1, days_ahead=1, early_minutes=60, late_minutes=10)
BUSY_DAYS = replace(
    PLAN,
    services=tuple(
        replace(
            s,
            quota=QUOTA,
            hours=daily(time(6), time(0), range(7)),
            shares=Shares(kiosk=3),
            appointments=SLOTS if s.id == "skck" else None,
        )
        for s in PLAN.services
    ),
)
LONGEST_HEAD_START = timedelta(minutes=30, seconds=1)
SERVICES = st.sampled_from([service.id for service in PLAN.services])
COUNTERS = st.sampled_from([counter.id for counter in PLAN.counters])
TOLD_A_PLACE = (
    queue.TicketTaken, queue.TicketPutBack, queue.TicketDelayed, queue.TicketJoined, queue.StepUndone,
)  # fmt: skip
PHONES = st.sampled_from([None, *(f"+628100000000{n}" for n in range(1, 8))])
ABOUT_THE_PERSON: tuple[Callable[..., Command], ...] = (
    queue.RecallTicket, queue.ServeTicket, queue.FinishTicket, queue.MarkNoShow, queue.ParkTicket, queue.UndoStep,
    partial(queue.TransferTicket, service="sim"), partial(queue.TransferTicket, service="skck"),
)  # fmt: skip
SHIFTS: tuple[Callable[..., Command], ...] = (
    queue.SignOn, partial(queue.SignOn, services=("skck",)), queue.SignOff, queue.PauseCounter, queue.ResumeCounter,
)  # fmt: skip
VISITS: tuple[tuple[Callable[..., Command], ...], ...] = (
    (queue.ServeTicket, queue.FinishTicket), (queue.MarkNoShow,), (queue.MarkNoShow, queue.CallNext), (),
    (queue.ServeTicket, queue.ParkTicket), (queue.ServeTicket, partial(queue.TransferTicket, service="skck")),
    (queue.UndoStep,), (queue.ServeTicket, queue.FinishTicket, queue.UndoStep),
)  # fmt: skip
"""What may follow a call."""

Kept = dict[type, list[Any]]


class AnyOrder(RuleBasedStateMachine):
    """People wish at any time; the bus delivers their wishes one by one, or many in a batch when it is slow."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.scene = Scene()
        self.ids = count(1)
        self.wishes: list[tuple[str, Command, datetime]] = []
        self.batch = 1
        self.outcomes: dict[str, list[Event]] = {}
        self.read = 0
        self.marked: dict[tuple[str, int], list[Any]] = {}

    def teardown(self) -> None:
        self.runner.close()

    @initialize()
    def the_office_opens(self) -> None:
        self.wish(queue.ConfigureOffice(office=OFFICE, plan=BUSY_DAYS))
        for counter in PLAN.counters:
            self.wish(queue.SignOn(office=OFFICE, counter=counter.id))
        for n, service in enumerate(("sim", "skck", "sim", "sim", "skck"), start=1):
            self.take(service, f"+628100000000{n}")
            self.scene.pass_time(seconds=10)

    # People ------------------------------------------------------------------------------------------

    @rule(service=SERVICES, phone=PHONES)
    def take(self, service: str, phone: str | None) -> None:
        self.wish(queue.TakeTicket(office=OFFICE, service=service, phone=phone))

    @rule(service=SERVICES, way=st.sampled_from(["online", "kiosk", "counter"]), family=st.none() | st.integers(0, 30))
    def take_first(self, service: str, way: Way, family: int | None) -> None:
        first = None if family is None else self.some_ticket(family, "waiting")
        self.wish(queue.TakeTicket(office=OFFICE, service=service, way=way, need="elderly", family=first))

    @rule(nth=st.integers(0, 30), minutes=st.integers(5, 30))
    def let_others_go_first(self, nth: int, minutes: int) -> None:
        self.wish(queue.DelayTicket(office=OFFICE, ticket=self.some_ticket(nth, "waiting"), minutes=minutes))

    @rule(phone=PHONES, ahead=st.integers(0, 3))
    def book(self, phone: str | None, ahead: int) -> None:
        slot = self.slot(ahead)
        self.wish(queue.BookAppointment(office=OFFICE, service="skck", slot=slot, phone=phone or "+628100000099"))

    @rule(nth=st.integers(0, 30), ahead=st.integers(0, 3), then=st.sampled_from(["move", "cancel", "come", "come"]))
    def keep_or_not(self, nth: int, ahead: int, then: str) -> None:
        known = self.scene.all(Appointment)
        id = known[nth % len(known)].id if known else "no-such-appointment"
        if then == "move":
            self.wish(queue.MoveAppointment(office=OFFICE, appointment=id, slot=self.slot(ahead)))
        elif then == "cancel":
            self.wish(queue.CancelAppointment(office=OFFICE, appointment=id))
        else:
            self.wish(queue.CheckIn(office=OFFICE, appointment=id))

    @rule(counter=COUNTERS, then=st.sampled_from(VISITS), first=st.sampled_from([(), (), (queue.SignOn,)]))
    def call(
        self, counter: str, then: tuple[Callable[..., Command], ...], first: tuple[Callable[..., Command], ...]
    ) -> None:
        for command in (*first, queue.CallNext, *then):
            self.wish(command(office=OFFICE, counter=counter))

    @rule(command=st.sampled_from(ABOUT_THE_PERSON), counter=COUNTERS)
    def attend(self, command: Callable[..., Command], counter: str) -> None:
        self.wish(command(office=OFFICE, counter=counter))

    @rule(command=st.sampled_from(SHIFTS), counter=COUNTERS)
    def come_and_go(self, command: Callable[..., Command], counter: str) -> None:
        self.wish(command(office=OFFICE, counter=counter))

    @rule(nth=st.integers(0, 30), counter=COUNTERS)
    def resume(self, nth: int, counter: str) -> None:
        self.wish(queue.ResumeTicket(office=OFFICE, counter=counter, ticket=self.some_ticket(nth, "parked")))

    @rule(nth=st.integers(0, 30), counter=COUNTERS)
    def put_back(self, nth: int, counter: str) -> None:
        ticket = self.some_ticket(nth, "called", "missed")
        self.wish(queue.PutBackTicket(office=OFFICE, counter=counter, ticket=ticket))

    @rule(nth=st.integers(0, 30))
    def cancel(self, nth: int) -> None:
        self.wish(queue.CancelTicket(office=OFFICE, ticket=self.some_ticket(nth, "waiting", "called", "serving")))

    @rule(nth=st.integers(0, 30), score=st.integers(1, 5))
    def say_how_it_was(self, nth: int, score: int) -> None:
        finished = self.some_ticket(nth, "finished")
        self.wish(queue.GiveFeedback(office=OFFICE, ticket=finished, score=score, words=""))

    # The world ---------------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([5, 30, 600]), seldom=st.integers(1, 20), service=SERVICES)
    def time_passes(self, seconds: int, seldom: int, service: str) -> None:
        self.scene.pass_time(seconds=seconds)
        if seldom == 1:
            self.wish(queue.CloseLine(office=OFFICE, service=service))
        elif seldom in (3, 4):
            self.wish(queue.ReopenLine(office=OFFICE, service=service))
        elif seldom == 2:
            self.scene.pass_time(days=1)

    @rule(batch=st.integers(2, 12), trouble=st.sampled_from(["slow", "slow", "redelivery", "rebalance"]))
    def the_bus_has_trouble(self, batch: int, trouble: str) -> None:
        if trouble == "slow":
            self.batch = batch
        elif trouble == "rebalance":
            self.runner.run(self.scene.worker.start())
        else:
            before = self.kept()
            self.scene.worker.committed.clear()
            self.runner.run(self.scene.run())
            assert self.kept() == before, "a repeat had an effect"

    # What is promised --------------------------------------------------------------------------------

    @invariant()
    def what_is_kept_agrees(self) -> None:
        check_kept(self.scene.all(Line), self.scene.tickets(), self.scene.all(Counter), QUOTA)

    @invariant()
    def what_is_told_agrees(self) -> None:
        states = check_told(event for events in self.told().values() for event in events)
        assert states == {ticket.id: ticket.state for ticket in self.scene.tickets()}

    @invariant()
    def what_a_line_has_is_known_by_its_marks(self) -> None:
        """By them it is told what figures are out of date."""
        tickets, feedback = self.scene.tickets(), self.scene.all(Feedback)
        for line in self.scene.all(Line):
            here = [repr(but_for_the_family(ticket)) for ticket in tickets if ticket.line == line.id]
            said = [one.id for one in feedback if (one.service, one.day) == (line.service, line.day)]
            assert self.marked.setdefault((line.id, line.revision), here) == here, "a ticket changed by itself"
            assert line.said == len(said)

    @invariant()
    def no_slot_is_overbooked(self) -> None:
        check_agendas(self.scene.all(Agenda), self.scene.all(Appointment), SLOTS)

    @invariant()
    def every_wish_has_an_outcome_and_none_is_undeliverable(self) -> None:
        assert self.scene.letters() == []
        assert len(self.told()) == len(self.scene.store.journal)

    # Inside ------------------------------------------------------------------------------------------

    def wish(self, command: Command) -> None:
        self.wishes.append((f"wish-{next(self.ids):03d}", command, self.scene.now))
        if len(self.wishes) < self.batch:
            return
        if self.batch == 1:
            self.deliver_and_look(*self.wishes[0])
        else:
            self.deliver()
        self.wishes, self.batch = [], 1

    def deliver(self) -> None:
        today = self.scene.now
        for id, command, at in self.wishes:
            self.scene.now = at
            self.scene.put(command, id=id)
        self.scene.now = today
        self.runner.run(self.scene.run())

    def deliver_and_look(self, id: str, command: Command, _: datetime) -> None:
        """Alone, a command's effect can be compared with what was before."""
        before = self.kept()
        self.deliver()
        outcome = self.told()[id][-1]
        if isinstance(outcome, Refusal):
            assert self.kept() == before, "a refused command changed something"
        elif isinstance(outcome, TOLD_A_PLACE) and outcome.place is not None:
            places = [ticket.id for ticket in waiting_in(outcome.line, self.kept())]
            assert places.index(outcome.ticket) == outcome.place - 1, "a person was told a wrong place"
        elif isinstance(outcome, queue.TicketCalled):
            day = outcome.line.rpartition(":")[2]
            (counter,) = [c for c in before[Counter] if c.name == outcome.counter] or [Counter("x:x")]
            (plan,) = [c for c in PLAN.counters if c.id == outcome.counter]
            lines = [waiting_in(f"{OFFICE}:{s}:{day}", before) for s in counter.serves(plan, day)]
            assert counter.is_signed_on(day)
            assert not counter.is_paused(day)
            (called,) = [line[0] for line in lines if line and line[0].id == outcome.ticket]
            assert called.rank == min(line[0].rank for line in lines if line), "somebody was passed over"
            self.look_for_the_starving(called, [ticket for line in lines for ticket in line])

    def look_for_the_starving(self, called: Ticket, waiting: list[Ticket]) -> None:
        """Nobody is overtaken by who came more than the longest head start later."""
        if called.moved:
            return
        for other in waiting:
            if not other.moved and other.id != called.id:
                counts_from = min(called.taken_at, called.slot or called.taken_at)
                assert counts_from <= other.taken_at + LONGEST_HEAD_START

    def slot(self, ahead: int) -> datetime:
        """One of the next slots."""
        half = self.scene.now.replace(minute=30 * (self.scene.now.minute // 30), second=0, microsecond=0)
        return half + timedelta(minutes=30 * (1 + ahead))

    def some_ticket(self, nth: int, *states: str) -> str:
        """One in these states if there is one; else any; else one that never was."""
        tickets = self.scene.tickets()
        likely = [ticket.id for ticket in tickets if ticket.state in states] or [ticket.id for ticket in tickets]
        return likely[nth % len(likely)] if likely else "no-such-ticket"

    def kept(self) -> Kept:
        return {kind.type: self.scene.all(kind.type) for kind in ROUTES.kinds}

    def told(self) -> dict[str, list[Event]]:
        """The events of each command, in order; repeats are dropped as every consumer does."""
        new: dict[str, list[Event]] = {}
        for event, cause in self.scene.events_from(self.read):
            new.setdefault(cause, []).append(event)
            self.read += 1
        for cause, events in new.items():
            known = self.outcomes.setdefault(cause, events)
            assert known * (len(events) // len(known)) == events, "a repeat tells another story"
        return self.outcomes


def waiting_in(line: str, kept: Kept) -> list[Ticket]:
    """A line's people, in order."""
    waiting = [ticket for ticket in kept[Ticket] if ticket.line == line and ticket.state == "waiting"]
    return sorted(waiting, key=lambda ticket: ticket.rank)


def but_for_the_family(ticket: Ticket) -> Ticket:
    """What happens to a ticket by itself: that it got a relative is no part of it."""
    return replace(ticket, relatives=(), commands=(), version=0)


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)
