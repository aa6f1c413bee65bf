"""A day's record, made up or from the queue's own topic, is read as what happened."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.queue.domain.forecast import happenings as h
from services.queue.domain.forecast.situation import Break
from services.queue.domain.order import rank_of
from services.queue.simulation.days import TIME_ZONE, RecordedDay, simulated
from services.queue.simulation.events import event_of, happenings_of
from services.queue.simulation.record import Unreadable, read_days, write_day
from shared.contracts import queue

PALU = ZoneInfo(TIME_ZONE)
AT = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
ABOUT: dict[str, Any] = {
    "office": "palu",
    "service": "skck",
    "line": "palu:skck:2026-03-02",
    "revision": 1,
    "ticket": "t",
    "number": "A-001",
    "sequence": 1,
    "rank": rank_of(AT, timedelta(0), "2026-03-02", 1),
    "place": 1,
}


def line(type_: str, at: datetime = AT, id: str = "1", **data: object) -> str:
    event = {"specversion": "1.0", "id": id, "source": "queue", "time": at.isoformat(), "data": ABOUT | data}
    return json.dumps({**event, "type": f"kentongan.queue.{type_}.v1"})


def test_a_made_up_day_is_read_as_it_was_written(tmp_path: Path) -> None:
    written = simulated(2, seed=4).days
    for day in written:
        write_day(day, tmp_path / day.name, office="made-up", time_zone=TIME_ZONE)
    lines = [text for day in written for text in (tmp_path / day.name).read_text().splitlines()]
    read = read_days(lines, ZoneInfo("UTC"))
    assert [(day.name, day.kind, day.midnight) for day in read] == [(d.name, d.kind, d.midnight) for d in written]
    for before, after in zip(written, read, strict=True):
        assert len(before.happenings) == len(after.happenings)
        for one, other in zip(before.happenings, after.happenings, strict=True):
            assert type(one) is type(other)
            assert one.at == pytest.approx(other.at, abs=1e-5)


@pytest.mark.parametrize(
    "happening",
    [
        h.Planned(1.0, "1", ("a", "b"), 2.0, 9.0, (Break(3.0, 4.0),)),
        h.Booked(1.0, "b", "a", 5.0),
        h.Taken(1.0, "t", "a", "appointment", 5.0, 7, "b"),
        h.Taken(1.0, "t", "a"),
        h.PutBack(1.0, "t", 4.0, 9),
        h.Opened(1.0, "1", ("a",)),
        h.Paused(1.0, "1"),
    ],
)
def test_an_event_says_what_happened(happening: h.Happening) -> None:
    type_, data = event_of(happening)
    assert list(happenings_of(type_, 1.0, json.loads(json.dumps(data)), made_up=True)) == [happening]


def test_an_appointment_belongs_to_the_day_of_its_slot_wherever_it_was_made() -> None:
    def slot(day: int) -> str:
        return AT.replace(day=day, hour=2).isoformat()

    booked = line("AppointmentBooked", appointment="b", slot=slot(4))
    moved = line("AppointmentMoved", AT.replace(hour=3), "2", appointment="b", slot=slot(5), former=slot(4))
    fourth, fifth = read_days([booked, moved], PALU)
    assert [type(x) for x in fourth.happenings] == [h.Booked, h.BookingCancelled]
    assert (fifth.name, [type(x) for x in fifth.happenings]) == ("2026-03-05", [h.Booked])


def test_what_kcat_prints_of_the_topic_is_read_and_a_repeat_counts_once() -> None:
    def printed(type_: type[queue.QueueEvent], id: str, **data: object) -> str:
        message = type_.model_validate({**ABOUT, **data})
        headers = ["ce_id", id, "ce_type", type_.type(), "ce_source", "queue", "ce_time", AT.isoformat()]
        payload = message.model_dump_json()
        return json.dumps({"topic": "queue.events.v1", "ts": 0, "headers": headers, "payload": payload})

    taken = printed(queue.TicketTaken, "1")
    called = printed(queue.TicketCalled, "2", counter="loket-1")
    (day,) = read_days([taken, called, taken, "", line("LineClosed", id="3", waiting=0)], PALU)
    assert day.happenings == (
        h.Taken(AT.timestamp(), "t", "skck", stands=AT.timestamp(), rank=ABOUT["rank"]),
        h.Called(AT.timestamp(), "t", "loket-1"),
    )
    assert (day.name, day.kind) == ("2026-03-02", "recorded")


def test_the_offices_own_clock_tells_its_days_apart() -> None:
    def days(zone: str) -> list[RecordedDay]:
        late = AT.replace(hour=15, minute=30)
        later = AT.replace(hour=16, minute=30)
        return read_days([line("TicketTaken", late), line("TicketCancelled", later, "2")], ZoneInfo(zone))

    assert [day.name for day in days("Asia/Makassar")] == ["2026-03-02", "2026-03-03"]
    assert [day.name for day in days("Asia/Jakarta")] == ["2026-03-02"]


def test_an_offices_plan_tells_its_counters_and_its_time_zone_on_later_days_too() -> None:
    plan = {"time_zone": "Asia/Jayapura", "counters": [{"id": "loket-1", "services": ["skck"]}]}
    told = line("OfficeConfigured", AT, "0", plan=plan)
    first, second = read_days(
        [told, line("TicketTaken"), line("TicketTaken", AT.replace(hour=15), "2", ticket="u")], PALU
    )
    assert (first.name, second.name) == ("2026-03-02", "2026-03-03")
    for day in (first, second):
        assert next(x for x in day.happenings if isinstance(x, h.Planned)).services == ("skck",)


def test_several_offices_have_days_of_their_own() -> None:
    days = read_days([line("TicketTaken"), line("TicketTaken", AT, "2", office="poso")], PALU)
    assert [day.name for day in days] == ["palu 2026-03-02", "poso 2026-03-02"]


@pytest.mark.parametrize(
    "broken",
    [
        "not json",
        "[]",
        '{"type": "kentongan.queue.TicketTaken.v1"}',
        line("TicketTaken").replace('"ticket"', '"tickets"'),
        line("TicketTaken", group="nobility"),
        line("TicketTaken").replace("+00:00", ""),
    ],
)
def test_a_line_that_is_no_event_is_named(broken: str) -> None:
    with pytest.raises(Unreadable, match="line 2 is no event of the queue"):
        read_days([line("TicketTaken", id="9"), broken], PALU)
