"""Personal data goes when its time is over, and nothing else does; on a real database."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.queue.domain.appointment import Appointment
from services.queue.domain.feedback import Feedback
from services.queue.domain.line import Line
from services.queue.domain.plan_record import PlanRecord
from services.queue.domain.ticket import Ticket
from services.queue.retention import daily_retention
from shared.contracts.queue import SignOn
from shared.daily import EVERY, LEASE, Daily
from shared.messaging.attempt import ACCEPTED
from shared.messaging.errors import Transient
from shared.messaging.journal import TOLD
from shared.messaging.store import Entry, Position, Published
from shared.messaging.work import Changes
from shared.mongo import connected
from shared.retention import BATCH, LOOK_BACK
from shared.settings import Settings
from tests.chaos.programs import Program, started
from tests.queue.commands import kentongan
from tests.queue.scene import OFFICE, PLAN
from tests.queue.stored import NOW, STAFF, Place
from tests.support.earlier import as_documents
from tests.support.installation import fresh_settings, installed
from tests.support.stored import commit
from tests.support.waiting import until

DECADES = 9_000.0
DAYS = {"contacts": 7, "words": 180, "audit": 90, "authors": 1095}


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def ticket(id: str, days: float, **more: Any) -> Ticket:
    at = ago(days)
    values: dict[str, Any] = {
        "holder": f"hash-{id}",
        "claim": f"hash-{id}",
        "need": "elderly",
        "family": "first",
        "state": "missed",
    }
    line = f"{OFFICE}:sim:{at.date()}"
    return Ticket(id, line, "A", 1, f"A-{id}", 1, at, at, at, STAFF, group="priority", **values | more)


async def keep(place: Place, *tickets: Ticket, handled: tuple[datetime, ...] = (NOW,)) -> list[str]:
    """Tickets, and the lines in which they were taken; returns the ids of journal entries."""
    lines = {ticket.line: Line(ticket.line, OFFICE, "sim", "A") for ticket in tickets}
    there = {line.id for line in await place.store.load(Line, "id", list(lines))}
    return await place.keep(*tickets, *(line for id, line in lines.items() if id not in there), handled=handled)


async def test_a_ticket_forgets_who_held_it_and_keeps_what_the_figures_need(place: Place) -> None:
    old = ticket("1", DAYS["contacts"] + 1, counter="loket-1", called_at=ago(8), put_backs=1, relatives=("2",))
    await keep(place, old)
    await place.retention.run(NOW)
    kept = await place.one(Ticket, "1")
    assert (kept.holder, kept.claim, kept.need, kept.family, kept.relatives) == (None, None, None, None, ())
    assert kept == replace(old, holder=None, claim=None, need=None, family=None, relatives=(), version=2)


async def test_the_first_of_a_family_that_gave_nothing_else_away_forgets_who_came_with_it(place: Place) -> None:
    nothing = {"holder": None, "claim": None, "need": None, "family": None}
    await keep(place, ticket("1", DAYS["contacts"] + 1, relatives=("2", "3"), **nothing))
    assert (await place.retention.due(NOW))["tickets' holders"] == 1
    await place.retention.run(NOW)
    assert (await place.one(Ticket, "1")).relatives == ()


async def test_a_day_counts_from_its_end(place: Place) -> None:
    begin = NOW.replace(hour=0) - timedelta(days=DAYS["contacts"])
    first, last = (NOW - begin + timedelta(minutes=1)) / timedelta(days=1), DAYS["contacts"] - 0.5
    await keep(place, ticket("before", first, claim="a"), ticket("on", DAYS["contacts"], claim="b"))
    await keep(place, ticket("late", last, claim="c"))
    await place.retention.run(NOW)
    assert [(await place.one(Ticket, id)).holder for id in ("before", "on", "late")] == [None, "hash-on", "hash-late"]


async def test_each_field_stays_until_its_time_is_over(place: Place) -> None:
    await keep(place, ticket("new", DAYS["contacts"] - 1), ticket("mid", DAYS["audit"] - 1, claim=None, family=None))
    await keep(place, ticket("old", DAYS["audit"] + 1, claim=None, family=None))
    await place.retention.run(NOW)
    new, mid, old = [await place.one(Ticket, id) for id in ("new", "mid", "old")]
    assert (new.holder, new.claim, new.need, new.family) == ("hash-new", "hash-new", "elderly", "first")
    assert (mid.holder, mid.changed_by) == (None, STAFF)
    assert (old.holder, old.changed_by, old.group, old.state) == (None, "staff", "priority", "missed")


async def test_a_citizen_is_named_nowhere_and_stays_so(place: Place) -> None:
    await keep(place, replace(ticket("1", 400), changed_by="citizen"))
    await place.retention.run(NOW)
    assert (await place.one(Ticket, "1")).changed_by == "citizen"


async def test_an_appointment_that_nobody_kept_forgets_whose_it_was(place: Place) -> None:
    def appointment(id: str, days: float) -> Appointment:
        slot = ago(days)
        return Appointment(id, OFFICE, "sim", slot, f"{OFFICE}:sim:{slot.date()}", "p", slot, STAFF, f"c{id}")

    await place.keep(appointment("a", 8), appointment("b", -3), appointment("c", 91))
    await place.retention.run(NOW)
    a, b, c = [await place.one(Appointment, id) for id in "abc"]
    assert (a.person, a.claim, a.state, a.changed_by) == (None, None, "booked", STAFF)
    assert (b.person, b.claim) == ("p", "cb")
    assert (c.person, c.changed_by) == (None, "staff")


async def test_words_go_and_scores_stay(place: Place) -> None:
    def said(id: str, days: float) -> Feedback:
        return Feedback(id, OFFICE, "sim", str(ago(days).date()), "loket-1", 2, "Pak Budi lambat.", ago(days))

    await place.keep(said("new", DAYS["words"] - 1), said("old", DAYS["words"] + 1))
    await place.retention.run(NOW)
    assert (await place.one(Feedback, "new")).words == "Pak Budi lambat."
    old = await place.one(Feedback, "old")
    assert (old.words, old.score, old.counter) == ("", 2, "loket-1")


async def test_a_plan_stays_and_its_author_goes(place: Place) -> None:
    def record(revision: int, days: float) -> PlanRecord:
        return PlanRecord(f"{OFFICE}:{revision}", OFFICE, revision, PLAN, ago(days), "staff/rani")

    await place.keep(record(1, DAYS["authors"] + 1), record(2, DAYS["authors"] - 1))
    await place.retention.run(NOW)
    first, second = [await place.one(PlanRecord, f"{OFFICE}:{n}") for n in (1, 2)]
    assert (first.by, first.plan) == ("staff", PLAN)
    assert second.by == "staff/rani"


async def test_the_journal_goes_as_a_whole_but_never_what_a_message_may_still_repeat(place: Place) -> None:
    ids = await place.keep(handled=(ago(91), ago(89), ago(30), ago(7)))
    await place.retention.run(NOW)
    assert set(await place.store.entries(ids)) == set(ids[1:])
    with pytest.raises(ValueError, match="keep_audit_days"):
        Settings(keep_audit_days=30)


async def test_it_goes_on_through_more_than_one_batch_and_a_second_time_does_nothing(place: Place) -> None:
    many = [ticket(str(n), 10 + n / 1000, claim=None) for n in range(BATCH + 7)]
    await keep(place, *many, handled=tuple(ago(100) for _ in range(BATCH + 3)))
    assert (await place.retention.due(NOW))["tickets' holders"] == BATCH + 7
    first = await place.retention.run(NOW)
    assert (first["tickets' holders"], first["journal"]) == (BATCH + 7, BATCH + 3)
    assert set((await place.retention.run(NOW)).values()) == {0}
    assert set((await place.retention.due(NOW)).values()) == {0}


async def test_what_a_worker_that_was_behind_wrote_late_is_forgotten_too(place: Place) -> None:
    await place.retention.run(NOW)
    await keep(place, ticket("late", LOOK_BACK.days - 1, claim=None))
    await place.retention.run(NOW + timedelta(days=1))
    assert (await place.one(Ticket, "late")).holder is None


async def test_a_worker_that_had_loaded_the_document_does_not_bring_it_back(place: Place) -> None:
    await keep(place, ticket("1", 8))
    loaded = await place.one(Ticket, "1")
    await place.retention.run(NOW)
    loaded.state = "cancelled"
    position = Position("p", "o", await place.store.claim("p", "o"))
    entry = Entry("c-late", "CancelTicket", "f", ACCEPTED, (), "citizen", OFFICE, NOW, NOW, "r")
    with pytest.raises(Transient):  # the worker loads again and finds it without its holder
        await commit(place.store, Changes(changed=[loaded]), [entry], [position])
    assert (await place.one(Ticket, "1")).holder is None


async def test_two_at_once_are_as_one(place: Place) -> None:
    await keep(place, *(ticket(str(n), 9, claim=None) for n in range(40)), handled=(ago(100),) * 40)
    done = await asyncio.gather(*(place.retention.run(NOW) for _ in range(3)))
    assert sum(one["tickets' holders"] for one in done) == 40
    assert {(await place.one(Ticket, str(n))).holder for n in range(40)} == {None}


# Once a day -----------------------------------------------------------------------------------------------


class Chore:
    """Something to be done, and how often it was."""

    def __init__(self, place: Place) -> None:
        self.now = NOW
        self.times: list[datetime] = []
        self.fails: Exception | None = None
        self.daily = [Daily("chore", self.do, turns=place.database["turns"], clock=lambda: self.now) for _ in range(2)]

    async def do(self, now: datetime) -> None:
        self.times.append(now)
        if self.fails:
            raise self.fails


async def test_of_two_workers_one_does_it_once_a_day(place: Place) -> None:
    chore = Chore(place)
    assert sorted(await asyncio.gather(*(daily.turn() for daily in chore.daily))) == [False, True]
    chore.now += EVERY - timedelta(seconds=1)
    assert not await chore.daily[0].turn()
    chore.now += timedelta(seconds=1)
    assert await chore.daily[1].turn()
    assert chore.times == [NOW, NOW + EVERY]


async def test_what_failed_or_died_in_the_middle_is_done_again_an_hour_later(place: Place) -> None:
    chore = Chore(place)
    chore.fails = Transient("away")
    with pytest.raises(Transient):
        await chore.daily[0].turn()
    chore.fails = None
    assert not await chore.daily[1].turn()
    chore.now += LEASE
    assert await chore.daily[1].turn()


async def test_a_worker_does_it_by_itself(place: Place) -> None:
    await keep(place, ticket("1", DECADES, claim=None))
    daily = daily_retention(place.client, place.settings, place.store)
    assert await daily.turn()
    assert (await place.one(Ticket, "1")).holder is None
    await daily.start()
    await daily.stop()


# As an operator meets it ----------------------------------------------------------------------------------


async def test_a_worker_that_is_started_forgets(kafka_address: str, mongo_address: str, tmp_path: Path) -> None:
    settings = fresh_settings(kafka_address, mongo_address)
    async with installed(settings, ["queue"]), connected(settings) as client:
        place = Place(client, settings)
        await place.store.prepare()
        await keep(place, ticket("1", DECADES), ticket("2", (NOW - datetime.now(UTC)) / timedelta(days=1)))

        async def forgotten() -> bool:
            return (await place.one(Ticket, "1")).holder is None

        async with started(Program("worker", settings, tmp_path)):
            await until(forgotten, within=30, what="the worker has forgotten")
        assert (await place.one(Ticket, "2")).holder == "hash-2"


async def test_it_can_be_counted_and_done_by_hand(place: Place) -> None:
    await keep(place, ticket("1", DECADES, claim=None, family=None))
    assert "1  tickets' holders" in await retained(place, "--dry-run")
    assert (await place.one(Ticket, "1")).holder == "hash-1"
    assert "1  tickets' holders" in await retained(place)
    assert (await place.one(Ticket, "1")).holder is None
    assert "0  tickets' holders" in await retained(place, "--dry-run")


async def test_where_it_comes_first_after_an_upgrade_the_forecast_s_past_is_still_told(place: Place) -> None:
    event = Published("queue.events.v1", b"k", b"{}", ())
    now = datetime.now(UTC)
    position = Position("t/0", "us", await place.store.claim("t/0", "us"))
    entry = Entry("c", SignOn.type(), "f", ACCEPTED, (event,), STAFF, OFFICE, now, now, "r")
    await commit(place.store, Changes(), [entry], [position])
    await as_documents(place.database)
    await place.database[TOLD].delete_many({})
    await retained(place)
    assert await place.store.told(OFFICE, SignOn.type(), since=now - timedelta(days=1), limit=9) == [event]


async def retained(place: Place, *arguments: str) -> str:
    said = await kentongan(place.settings, "queue", "retain", *arguments)
    assert said.code == 0, said.error
    return said.output
