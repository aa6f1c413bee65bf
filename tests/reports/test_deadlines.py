"""Whoever watches the clocks: what is late is known within a second and told once, however many watch."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from httpx import AsyncClient

from services.reports.deadlines import FIRST_AGAIN, Deadlines, Due, watched_deadlines
from services.reports.domain.incident import Incident
from services.reports.domain.records import Entry
from shared.contracts.reports import SERVICE
from shared.contracts.reports.office import ServiceLevel
from shared.messaging.lifecycle import kept_trying
from shared.messaging.mongo_store import MongoStore
from shared.mongo import connected
from tests.reports.running import Office, Site
from tests.reports.scene import PLAN
from tests.support.site import of
from tests.support.waiting import until

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_every_watcher_makes_the_same_try_under_the_same_id() -> None:
    due = Due("incident", "polres-palu", AT)
    tries = [due.try_at(AT + timedelta(seconds=s)) for s in (0, 4.9, 5, 19, 20, 79, 80, 86_400)]
    assert tries == [0, 0, 1, 1, 2, 2, 3, 8]
    ids = {due.command_id(n) for n in tries}
    assert len(ids) == 5
    assert due.command_id(0) != Due("incident", "polres-palu", AT + FIRST_AGAIN).command_id(0)
    assert all(len(id) <= 64 for id in ids)


@asynccontextmanager
async def watcher(site: Site) -> AsyncIterator[Deadlines]:
    """One that is connected, and looks only when a test tells it to."""
    async with connected(site.settings) as client:
        store: MongoStore = site.reports.store
        deadlines = watched_deadlines(client, site.settings, store)
        await deadlines.start()
        await deadlines.rest()
        yield deadlines
        await deadlines.stop()


async def overdue(site: Site, office: Office, citizen: AsyncClient, minutes_ago: int = 3) -> str:
    """An incident that nobody has looked at in time; its id."""
    id = str((await office.filed(citizen, category="fight"))["id"])
    database = site.app.state.client[site.settings.database(SERVICE)]
    ago = timedelta(minutes=minutes_ago)
    found = await database["incidents"].find_one({"_id": id})
    clocks = [{**c, "since": c["since"] - ago, "due_at": c["due_at"] - ago} for c in found["clocks"]]
    await database["incidents"].update_one(
        {"_id": id}, {"$set": {"clocks": clocks, "due": min(c["due_at"] for c in clocks)}, "$inc": {"version": 1}}
    )
    return id


async def missed(site: Site, incident: str) -> list[Entry]:
    entries = await site.reports.store.load(Entry, "incident", [incident])
    return [entry for entry in entries if entry.what == "DeadlineMissed"]


async def test_two_watchers_tell_once(site: Site, office: Office, citizen: AsyncClient) -> None:
    async with watcher(site) as one, watcher(site) as other:
        id = await overdue(site, office, citizen)
        sent = await asyncio.gather(one.look(), other.look())
        assert min(sent) >= 1, "each of them has seen it"

        async def told() -> bool:
            return len(await missed(site, id)) > 0

        await until(told, within=20)
        (entry,) = await missed(site, id)
        assert (entry.about, entry.by) == ("triage", "system")
        (incident,) = await site.reports.store.load(Incident, "id", [id])
        assert (incident.late, incident.is_late, incident.is_escalated) == (1, True, True)


async def test_one_that_is_killed_leaves_its_work_to_another(site: Site, office: Office, citizen: AsyncClient) -> None:
    async with watcher(site) as one:
        id = await overdue(site, office, citizen)
        await one.look()
    async with watcher(site) as restarted:
        await restarted.look()

        async def told() -> bool:
            return len(await missed(site, id)) > 0

        await until(told, within=20)
        assert len(await missed(site, id)) == 1
        assert await restarted.look() == 0, "nothing is due any more"


async def test_what_was_sent_is_not_sent_again_at_each_look(site: Site, office: Office) -> None:
    async with connected(site.settings) as client:
        clock = [datetime.now(UTC)]
        database = client[f"{site.settings.database(SERVICE)}-stuck"]
        await database["incidents"].insert_one({"_id": "stuck", "office": office.id, "due": clock[0]})
        deadlines = Deadlines(database, site.settings, lambda: clock[0])
        await deadlines.start()
        await deadlines.rest()
        sent = []
        for seconds in (0, 1, 3, 6, 10, 25, 60):
            clock[0] += timedelta(seconds=seconds)
            sent.append(await deadlines.look())
        await deadlines.stop()
        await client.drop_database(database.name)
        assert sent == [1, 0, 0, 1, 1, 0, 1]


@pytest.mark.parametrize("again", [False, True], ids=["once", "restarted"])
async def test_a_deadline_is_known_within_a_second_or_so(site: Site, citizen: AsyncClient, again: bool) -> None:
    office = await site.open_office(replace(PLAN, levels=(ServiceLevel(1, triage_minutes=1),)))
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(connected(site.settings))
        for _ in range(1 + again):
            deadlines = watched_deadlines(client, site.settings, site.reports.store)
            await stack.enter_async_context(kept_trying(deadlines))
        id = str((await office.filed(citizen, category="fight"))["id"])
        database = client[site.settings.database(SERVICE)]
        due = site.reports.clock() + timedelta(seconds=1)
        found = await database["incidents"].find_one({"_id": id}) or {}
        clocks = [{**clock, "due_at": due} for clock in found["clocks"]]
        await database["incidents"].update_one(
            {"_id": id}, {"$set": {"clocks": clocks, "due": due}, "$inc": {"version": 1}}
        )

        async def told() -> bool:
            return len(await missed(site, id)) > 0

        await until(told, within=20)
        (entry,) = await missed(site, id)
        assert entry.at - due < timedelta(seconds=2)
    async with office.staff() as dispatcher:
        board = of(await dispatcher.get(f"{office.path}/board?escalated=1"), 200)
        assert [card["id"] for card in board["incidents"]] == [id]
        of(await dispatcher.post(f"{office.path}/incidents/{id}/take-charge"), 200)
        board = of(await dispatcher.get(f"{office.path}/board?late=1"), 200)
        assert [(card["id"], card["escalated"]) for card in board["incidents"]] == [(id, False)]
