"""When a service is open: weekdays, holidays, several openings a day, and clocks that are moved."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.queue.domain import hours
from shared.contracts.queue import Holiday, Opening, TakeTicket
from tests.queue.scene import OFFICE, PLAN, Scene, daily, service, text

MAKASSAR, BERLIN, CAIRO = ZoneInfo("Asia/Makassar"), ZoneInfo("Europe/Berlin"), ZoneInfo("Africa/Cairo")
MORNING_AND_AFTERNOON = (*daily(time(8), time(12)), *daily(time(13), time(15)))
DAY_AND_NIGHT = daily(time(0), time(0), range(7))


def local(zone: ZoneInfo, *moment: int) -> datetime:
    return datetime(*moment, tzinfo=zone).astimezone(UTC)  # type: ignore[misc, arg-type]


def is_open(opened: Sequence[Opening], zone: ZoneInfo, *moment: int, holidays: tuple[Holiday, ...] = ()) -> bool:
    return hours.is_open(service("sim", "A", hours=tuple(opened)), holidays, zone, local(zone, *moment))


def next_opening(
    opened: Sequence[Opening], zone: ZoneInfo, *moment: int, holidays: tuple[Holiday, ...] = (), not_today: bool = False
) -> str:
    plan = service("sim", "A", hours=tuple(opened))
    opening = hours.next_opening(plan, holidays, zone, local(zone, *moment), not_today=not_today)
    return "never" if opening is None else opening.isoformat()


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ((2026, 3, 2, 7, 59, 59), False),
        ((2026, 3, 2, 8, 0), True),
        ((2026, 3, 2, 11, 59, 59), True),
        ((2026, 3, 2, 12, 0), False),
        ((2026, 3, 2, 13, 0), True),
        ((2026, 3, 2, 15, 0), False),
        ((2026, 3, 7, 9, 0), False),  # Saturday
    ],
)
def test_service_is_open_from_its_first_to_before_its_last_moment(moment: tuple[int, ...], expected: bool) -> None:
    assert is_open(MORNING_AND_AFTERNOON, MAKASSAR, *moment) is expected


def test_weekday_is_the_offices_own() -> None:
    monday_in_palu = datetime(2026, 3, 1, 23, tzinfo=UTC)  # Sunday in UTC
    early = service("sim", "A", hours=daily(time(6), time(8), [0]))
    assert hours.is_open(early, (), MAKASSAR, monday_in_palu)


def test_holiday_is_closed_all_day() -> None:
    nyepi = (Holiday(date(2026, 3, 19), text("Nyepi")),)
    assert not is_open(DAY_AND_NIGHT, MAKASSAR, 2026, 3, 19, 10, holidays=nyepi)
    assert is_open(DAY_AND_NIGHT, MAKASSAR, 2026, 3, 20, 0, holidays=nyepi)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ((2026, 3, 2, 5), "2026-03-02T08:00:00+08:00"),
        ((2026, 3, 2, 12, 30), "2026-03-02T13:00:00+08:00"),
        ((2026, 3, 2, 16), "2026-03-03T08:00:00+08:00"),
        ((2026, 3, 6, 16), "2026-03-09T08:00:00+08:00"),  # over the weekend
        ((2026, 3, 18, 16), "2026-03-20T08:00:00+08:00"),  # over a holiday
    ],
)
def test_next_opening_skips_pauses_nights_weekends_and_holidays(moment: tuple[int, ...], expected: str) -> None:
    nyepi = (Holiday(date(2026, 3, 19), text("Nyepi")),)
    assert next_opening(MORNING_AND_AFTERNOON, MAKASSAR, *moment, holidays=nyepi) == expected


def test_used_up_day_opens_again_on_another_day() -> None:
    opening = next_opening(MORNING_AND_AFTERNOON, MAKASSAR, 2026, 3, 2, 9, not_today=True)
    assert opening == "2026-03-03T08:00:00+08:00"


def test_service_without_hours_or_without_a_free_day_never_opens() -> None:
    assert next_opening((), MAKASSAR, 2026, 3, 2, 9) == "never"
    first = date(2026, 3, 2)
    closed = tuple(Holiday(first + timedelta(days=n), text("Libur")) for n in range(400))
    assert next_opening(DAY_AND_NIGHT, MAKASSAR, 2026, 3, 2, 9, holidays=closed) == "never"


def test_opening_until_midnight_lasts_to_the_end_of_the_day() -> None:
    until_midnight = daily(time(20), time(0), [0])
    assert is_open(until_midnight, MAKASSAR, 2026, 3, 2, 23, 59, 59)
    assert not is_open(until_midnight, MAKASSAR, 2026, 3, 3, 0)


def test_clock_put_forward_or_back_keeps_the_hours_of_the_day() -> None:
    for day in ((2026, 3, 29), (2026, 10, 25)):  # Sundays on which Berlin's clock moves
        opened = daily(time(8), time(14), [6])
        assert not is_open(opened, BERLIN, *day, 7, 59)
        assert is_open(opened, BERLIN, *day, 8)
        assert not is_open(opened, BERLIN, *day, 14)


def test_the_day_is_told_anew_in_the_minute_in_which_a_clock_is_put_back_over_midnight() -> None:
    """Newfoundland's was, at a minute past midnight."""
    moments = ["2006-10-29T02:30:59Z", "2006-10-29T02:31:00Z", "2006-10-29T02:30:59Z", "2006-10-29T03:30:00Z"]
    days = [hours.local_minute("America/St_Johns", datetime.fromisoformat(moment)).written for moment in moments]
    assert days == ["2006-10-29", "2006-10-28", "2006-10-29", "2006-10-29"]


@given(st.integers(946_684_800, 4_102_444_800), st.sampled_from([MAKASSAR, BERLIN, CAIRO]))
def test_the_day_is_that_of_the_offices_clock(seconds: int, zone: ZoneInfo) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    minute = hours.local_minute(zone.key, now)
    assert minute.day == now.astimezone(zone).date()
    assert minute.written == minute.day.isoformat()


def test_next_opening_carries_the_offset_of_its_own_day() -> None:
    opened = daily(time(8), time(14), [6])
    assert next_opening(opened, BERLIN, 2026, 3, 28, 12) == "2026-03-29T08:00:00+02:00"
    assert next_opening(opened, BERLIN, 2026, 10, 24, 12) == "2026-10-25T08:00:00+01:00"


def test_opening_that_the_clock_is_put_forward_over_does_not_happen() -> None:
    skipped = daily(time(2), time(3), [6])
    assert next_opening(skipped, BERLIN, 2026, 3, 28, 12) == "2026-04-05T02:00:00+02:00"


def test_opening_whose_beginning_is_skipped_begins_as_much_later() -> None:
    assert next_opening(daily(time(2, 30), time(6), [6]), BERLIN, 2026, 3, 29, 0) == "2026-03-29T03:30:00+02:00"


def test_office_open_day_and_night_stays_open_where_midnight_is_skipped() -> None:
    # In Cairo, 24 April 2026 begins at 01:00.
    assert is_open(DAY_AND_NIGHT, CAIRO, 2026, 4, 23, 23, 59, 59)
    assert is_open(DAY_AND_NIGHT, CAIRO, 2026, 4, 24, 1)


def test_hour_that_the_clock_repeats_opens_once() -> None:
    opened = service("sim", "A", hours=daily(time(2), time(2, 30), [6]))
    repeated = datetime(2026, 10, 25, 2, 15, tzinfo=BERLIN)
    assert hours.is_open(opened, (), BERLIN, repeated.astimezone(UTC))
    assert not hours.is_open(opened, (), BERLIN, repeated.replace(fold=1).astimezone(UTC))


openings = st.builds(
    lambda weekday, first, last: Opening(weekday, time(first), time(last)),
    weekday=st.integers(0, 6),
    first=st.integers(0, 11),
    last=st.integers(12, 23),
)


@given(
    opened=st.lists(openings, max_size=4),
    zone=st.sampled_from([MAKASSAR, BERLIN, CAIRO, ZoneInfo("America/New_York")]),
    moment=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    closed=st.sets(st.integers(0, 20)),
)
def test_next_opening_is_the_first_moment_at_which_the_service_opens(
    opened: list[Opening], zone: ZoneInfo, moment: datetime, closed: set[int]
) -> None:
    plan = service("sim", "A", hours=tuple(opened))
    holidays = tuple(Holiday(moment.date() + timedelta(days=n), text("Libur")) for n in closed)
    opening = hours.next_opening(plan, holidays, zone, moment, not_today=False)
    if opening is None:
        assert not opened
        return
    assert moment < opening
    assert hours.is_open(plan, holidays, zone, opening)
    if not hours.is_open(plan, holidays, zone, moment):
        half_hours = range(1, int((opening - moment) / timedelta(minutes=30)))
        assert not any(hours.is_open(plan, holidays, zone, opening - n * timedelta(minutes=30)) for n in half_hours)


async def test_ticket_on_a_holiday_is_refused_with_the_next_working_day() -> None:
    scene = await Scene.opened(now=datetime(2026, 3, 19, 1, tzinfo=UTC))
    refusal = await scene.refused(TakeTicket(office=OFFICE, service="sim"))
    assert refusal == ("service-closed", {"next_opening": "2026-03-20T08:00:00+08:00"})


async def test_refusal_tells_the_opening_in_the_offices_own_time() -> None:
    berlin = replace(PLAN, time_zone="Europe/Berlin")
    scene = await Scene.opened(berlin, datetime(2026, 3, 27, 20, tzinfo=UTC))
    refusal = await scene.refused(TakeTicket(office=OFFICE, service="sim"))
    assert refusal == ("service-closed", {"next_opening": "2026-03-30T08:00:00+02:00"})
