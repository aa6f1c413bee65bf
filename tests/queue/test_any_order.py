"""No order of commands, alone or in batches, redelivered or late, breaks what the queue promises."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time
from itertools import count
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.queue.domain.counter import Counter
from services.queue.domain.line import Line
from services.queue.domain.ticket import Ticket
from services.queue.routes import ROUTES
from shared.contracts import queue
from shared.contracts.message import Command, Event, Refusal
from tests.queue.promises import check_kept, check_told
from tests.queue.scene import OFFICE, PLAN, Scene, daily

QUOTA = 8
BUSY_DAYS = replace(
    PLAN,
    services=tuple(replace(s, quota=QUOTA, hours=daily(time(6), time(0), range(7))) for s in PLAN.services),
)
SERVICES = st.sampled_from([service.id for service in PLAN.services])
COUNTERS = st.sampled_from([counter.id for counter in PLAN.counters])
SERVED_AT = {counter.id: counter.services for counter in PLAN.counters}
PHONES = st.sampled_from([None, *(f"+628100000000{n}" for n in range(1, 8))])
ABOUT_THE_PERSON = (queue.RecallTicket, queue.ServeTicket, queue.FinishTicket, queue.MarkNoShow)
VISITS = ((queue.ServeTicket, queue.FinishTicket), (queue.MarkNoShow,), (queue.MarkNoShow, queue.CallNext), ())
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
        self.outcomes: dict[str, Event] = {}
        self.read = 0

    def teardown(self) -> None:
        self.runner.close()

    @initialize()
    def the_office_opens(self) -> None:
        self.wish(queue.ConfigureOffice(office=OFFICE, plan=BUSY_DAYS))
        for n, service in enumerate(("sim", "skck", "sim", "sim", "skck"), start=1):
            self.take(service, f"+628100000000{n}")
            self.scene.pass_time(seconds=10)

    # People ------------------------------------------------------------------------------------------

    @rule(service=SERVICES, phone=PHONES)
    def take(self, service: str, phone: str | None) -> None:
        self.wish(queue.TakeTicket(office=OFFICE, service=service, phone=phone))

    @rule(counter=COUNTERS, then=st.sampled_from(VISITS))
    def call(self, counter: str, then: tuple[Callable[..., Command], ...]) -> None:
        for command in (queue.CallNext, *then):
            self.wish(command(office=OFFICE, counter=counter))

    @rule(command=st.sampled_from(ABOUT_THE_PERSON), counter=COUNTERS)
    def attend(self, command: Callable[..., Command], counter: str) -> None:
        self.wish(command(office=OFFICE, counter=counter))

    @rule(nth=st.integers(0, 30), counter=COUNTERS)
    def put_back(self, nth: int, counter: str) -> None:
        ticket = self.some_ticket(nth, "called", "missed")
        self.wish(queue.PutBackTicket(office=OFFICE, counter=counter, ticket=ticket))

    @rule(nth=st.integers(0, 30))
    def cancel(self, nth: int) -> None:
        self.wish(queue.CancelTicket(office=OFFICE, ticket=self.some_ticket(nth, "waiting", "called", "serving")))

    # The world ---------------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([5, 30, 600]), seldom=st.integers(1, 20), service=SERVICES)
    def time_passes(self, seconds: int, seldom: int, service: str) -> None:
        self.scene.pass_time(seconds=seconds)
        if seldom == 1:
            self.wish(queue.CloseLine(office=OFFICE, service=service))
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
        states = check_told(self.told().values())
        assert states == {ticket.id: ticket.state for ticket in self.scene.tickets()}

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
        outcome = self.told()[id]
        if isinstance(outcome, Refusal):
            assert self.kept() == before, "a refused command changed something"
        elif isinstance(outcome, queue.TicketTaken | queue.TicketPutBack):
            places = [ticket.id for ticket in waiting_in(outcome.line, self.kept())]
            assert places.index(outcome.ticket) == outcome.place - 1, "a person was told a wrong place"
        elif isinstance(outcome, queue.TicketCalled):
            day = outcome.line.rpartition(":")[2]
            lines = [waiting_in(f"{OFFICE}:{s}:{day}", before) for s in SERVED_AT[outcome.counter]]
            (called,) = [line[0] for line in lines if line and line[0].id == outcome.ticket]
            assert called.since == min(line[0].since for line in lines if line), "somebody was passed over"

    def some_ticket(self, nth: int, *states: str) -> str:
        """One in these states if there is one; else any; else one that never was."""
        tickets = self.scene.tickets()
        likely = [ticket.id for ticket in tickets if ticket.state in states] or [ticket.id for ticket in tickets]
        return likely[nth % len(likely)] if likely else "no-such-ticket"

    def kept(self) -> Kept:
        return {kind.type: self.scene.all(kind.type) for kind in ROUTES.kinds}

    def told(self) -> dict[str, Event]:
        """The event of each command, in order; repeats are dropped as every consumer does."""
        for event, cause in self.scene.events_from(self.read):
            assert self.outcomes.setdefault(cause, event) == event, "a repeat tells another story"
            self.read += 1
        return self.outcomes


def waiting_in(line: str, kept: Kept) -> list[Ticket]:
    """A line's people, in order."""
    waiting = [ticket for ticket in kept[Ticket] if ticket.line == line and ticket.state == "waiting"]
    return sorted(waiting, key=lambda ticket: ticket.rank)


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)
