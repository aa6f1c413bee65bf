"""Who reported something, and what, is forgotten when its time is over, and nothing else is; on a real database."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.reports.domain.evidence import Evidence, Hold
from services.reports.domain.footage import FootageRequest
from services.reports.domain.incident import Incident
from services.reports.domain.plan_record import PlanRecord
from services.reports.domain.records import Entry, Follower, Reporter, Story
from services.reports.domain.trust import Trust
from services.reports.retention import daily_retention
from shared.contracts.reports.evidence import Media, Recording, StoredFile
from shared.contracts.reports.incidents import Answer
from tests.reports.scene import CONTACT, OFFICE, PLAN, SEALED
from tests.reports.stored import NOW, Place, stored

REPORTERS, STORIES, AUTHORS = 365, 1095, 1095
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
async def kept(mongo_address: str) -> AsyncIterator[Place]:
    async with stored(mongo_address) as place:
        yield place


@pytest.fixture
async def place(kept: Place) -> Place:
    await kept.empty()
    return kept


def ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def incident(id: str, days: float | None, **more: Any) -> Incident:
    """One that is closed, and of which nothing was heard for so many days; None: it is not over."""
    over = days is not None
    at = ago(days or 0)
    values: dict[str, Any] = {
        "state": "closed" if over else "triaged",
        "idle_since": at if over else None,
        "closed_at": at if over else None,
        "in_charge": "dewi",
    }
    return Incident(
        id=id,
        office=OFFICE,
        number=f"2026-{id}",
        category="theft",
        privacy="confidential",
        way="web",
        filed_at=at,
        happened_at=at,
        latitude=-0.8917,
        longitude=119.8707,
        cell="-0.90,119.87",
        severity="moderate",
        priority=2,
        **values | more,
    )


def all_of(incident: Incident) -> list[Any]:
    """An incident with everything that is kept beside it."""
    id, at = incident.id, incident.filed_at
    return [
        incident,
        Story(id, OFFICE, "Motor saya dicuri", "Depan pasar", (Answer("plate", "DN 1"),), ("curi", "motor"), at),
        Reporter(id, SEALED, CONTACT, at),
        Follower(f"{id}-f", id, f"{id}:{CONTACT}", SEALED, at),
        Entry(f"{id}-0", id, at, 1, "IncidentReported", "citizen", "2", "", "reporter"),
        Entry(f"{id}-1", id, at, 2, "NoteAdded", "staff/dewi", "", "Pelapor tetangga", "desk"),
        Entry(f"{id}-2", id, at, 3, "IdentityRevealed", "staff/maria", "", "Perlu saksi", "desk"),
        FootageRequest(
            f"{id}-r", OFFICE, id, "2026-1", "camera", at, at, at, at, "Motor Bu Sari", "staff/dewi", at, at, "refused",
            answer_note="Kata Pak Budi rusak", changed_by="staff/dewi",
        ),
    ]  # fmt: skip


def evidence(id: str, incident: str, *, held: bool) -> Evidence:
    file = StoredFile(f"original/{id}", 1, "0" * 64, "image/jpeg")
    holds = (Hold("h", "sidang", "staff/maria", NOW),) if held else ()
    return Evidence(
        id=id,
        office=OFFICE,
        incident=incident,
        number="2026-1",
        via="reporter",
        original=file,
        working_copy=None,
        media=Media("photo", 1, 1, "jpeg"),
        name="",
        note="",
        recording=Recording(),
        camera=None,
        request=None,
        collected_by="citizen",
        collected_at=NOW,
        retain_until=NOW,
        holds=holds,
    )


async def known(place: Place, id: str) -> set[str]:
    """What is still known of an incident."""
    reporter, follower = await place.one(Reporter, id), await place.one(Follower, f"{id}-f")
    story, kept = await place.one(Story, id), await place.one(Incident, id)
    note, look = await place.one(Entry, f"{id}-1"), await place.one(Entry, f"{id}-2")
    request = await place.one(FootageRequest, f"{id}-r")
    told = {
        "reporter": reporter.sealed or reporter.contact,
        "follower": follower.sealed or follower.claim,
        "story": story.words or story.place or story.answers or story.terms,
        "place": kept.latitude or kept.longitude,
        "note": note.words or request.note or request.answer_note,
        "officers": "staff/dewi" in (note.by, request.asked_by, request.changed_by) or kept.in_charge,
        "look": look.words and look.by == "staff/maria",
    }
    return {name for name, value in told.items() if value}


async def test_what_is_not_over_is_remembered_for_ever(place: Place) -> None:
    everything = all_of(replace(incident("a", None), filed_at=LONG_AGO))
    await place.keep(*everything)
    done = await place.retention.run(NOW)
    assert set(done.values()) == {0}
    assert len(await known(place, "a")) == 7


async def test_first_who_reported_goes_then_what(place: Place) -> None:
    await place.keep(*all_of(incident("new", REPORTERS - 1)), *all_of(incident("mid", REPORTERS + 1)))
    await place.keep(*all_of(incident("old", STORIES + 1)))
    await place.retention.run(NOW)
    assert len(await known(place, "new")) == 7
    assert await known(place, "mid") == {"story", "place", "note", "officers", "look"}
    assert await known(place, "old") == set()


async def test_the_figures_stay(place: Place) -> None:
    before = incident("a", STORIES + 1, disposition="arrest", resolved_at=ago(1100), late=2)
    await place.keep(*all_of(before))
    await place.retention.run(NOW)
    after = await place.one(Incident, "a")
    changed: dict[str, Any] = {"latitude": None, "longitude": None, "in_charge": None}
    assert after == replace(before, **changed, version=after.version)
    assert (after.cell, after.category, after.disposition) == ("-0.90,119.87", "theft", "arrest")
    steps = [(entry.what, entry.by, entry.about) for entry in await place.all(Entry)]
    assert steps == [
        ("IncidentReported", "citizen", "2"), ("NoteAdded", "staff", ""), ("IdentityRevealed", "staff", ""),
    ]  # fmt: skip


async def test_a_duplicate_goes_with_the_report_whose_duplicate_it_is(place: Place) -> None:
    copy: dict[str, Any] = {"state": "duplicate", "closed_at": None}
    await place.keep(*all_of(incident("open", None)), *all_of(incident("copy-1", 2000, **copy, original="open")))
    await place.keep(*all_of(incident("done", REPORTERS + 1)))
    await place.keep(*all_of(incident("copy-2", 2000, **copy, original="done")))
    await place.keep(*all_of(incident("copy-3", 3, **copy, original="done")))
    await place.retention.run(NOW)
    assert len(await known(place, "copy-1")) == 7
    assert "reporter" not in await known(place, "copy-2")
    assert "reporter" in await known(place, "copy-3"), "something has happened to it since"
    await place.retention.run(NOW + timedelta(days=REPORTERS))
    assert "reporter" not in await known(place, "copy-3")


async def test_evidence_on_hold_keeps_the_report_and_those_that_are_the_same(place: Place) -> None:
    await place.keep(*all_of(incident("a", 2000)), evidence("e1", "a-copy", held=True))
    await place.keep(*all_of(incident("a-copy", 2000, state="duplicate", closed_at=None, original="a")))
    await place.keep(*all_of(incident("b", 2000)), evidence("e2", "b", held=False))
    await place.retention.run(NOW)
    assert len(await known(place, "a")) == len(await known(place, "a-copy")) == 7
    assert await known(place, "b") == set()
    held = await place.one(Evidence, "e1")
    held.holds = ()
    await place.change(held)
    await place.retention.run(NOW + timedelta(days=400))  # the window in which it was looked for is long over
    assert await known(place, "a") == await known(place, "a-copy") == set()


async def test_what_was_reopened_meanwhile_is_remembered(place: Place) -> None:
    await place.keep(*all_of(incident("a", 2000)), evidence("e", "a", held=True))
    await place.retention.run(NOW)
    again = await place.one(Incident, "a")
    again.state, again.idle_since = "triaged", None
    await place.change(again)
    held = await place.one(Evidence, "e")
    held.holds = ()
    await place.change(held)
    await place.retention.run(NOW)
    assert len(await known(place, "a")) == 7


async def test_a_contact_that_was_not_seen_for_long_is_a_stranger(place: Place) -> None:
    await place.keep(Trust("o:old", (ago(366),), 1, 4), Trust("o:new", (ago(364),), 1, 4))
    assert (await place.retention.due(NOW))["contacts' trust"] == 1
    assert (await place.retention.run(NOW))["contacts' trust"] == 1
    assert [trust.id for trust in await place.all(Trust)] == ["o:new"]


async def test_a_plan_stays_and_its_author_goes(place: Place) -> None:
    made = [PlanRecord(f"{OFFICE}:{n}", OFFICE, n, PLAN, ago(AUTHORS + 2 - 2 * n), "staff/rani") for n in (0, 2)]
    await place.keep(*made)
    await place.retention.run(NOW)
    assert [(plan.by, plan.plan) for plan in await place.all(PlanRecord)] == [("staff", PLAN), ("staff/rani", PLAN)]


async def test_it_counts_what_it_then_does_and_a_second_time_does_nothing(place: Place) -> None:
    for nth in range(12):
        await place.keep(*all_of(incident(f"a{nth}", STORIES + nth + 1)), handled=(ago(91),))
    due = await place.retention.due(NOW)
    assert (due["reporters"], due["timelines' words"], due["journal"]) == (12, 12, 12)
    done = await place.retention.run(NOW)
    assert done == due
    assert set((await place.retention.run(NOW)).values()) == {0}


async def test_a_worker_does_it_by_itself(place: Place) -> None:
    await place.keep(*all_of(replace(incident("a", 0), idle_since=LONG_AGO)))
    assert await daily_retention(place.client, place.settings, place.store).turn()
    assert await known(place, "a") == set()


async def test_it_can_be_counted_and_done_by_hand(place: Place) -> None:
    await place.keep(*all_of(replace(incident("a", 0), idle_since=LONG_AGO)))
    told = {f"KENTONGAN_{name.upper()}": str(getattr(place.settings, name)) for name in ("kafka", "mongo", "namespace")}

    async def kentongan(*arguments: str) -> str:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "deploy.cli", "reports", "retain", *arguments, stdout=PIPE, env={**os.environ, **told}
        )
        output, _ = await process.communicate()
        assert process.returncode == 0
        return output.decode()

    assert "1  reporters" in await kentongan("--dry-run")
    assert "reporter" in await known(place, "a")
    assert "1  reporters" in await kentongan()
    assert await known(place, "a") == set()
