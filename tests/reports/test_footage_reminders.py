"""A camera's owner is asked in time, the desk is reminded by itself, and whatever comes of it ends the reminding.

Over HTTP, on a real broker and database. What would take days is aged where it is stored.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from httpx import AsyncClient

from shared.contracts.reports import SERVICE
from shared.contracts.reports.cameras import FootageOverwritten, FootageReminderDue
from shared.messaging.envelope import Incoming
from tests.reports.evidence.media import video
from tests.reports.evidence_steps import added
from tests.reports.running import API, Office, Site
from tests.support.site import HTML, of, problem_of
from tests.support.waiting import until

CAMERA = {
    "name": "Simpang Sudirman, timur",
    "owner": "Toko Maju",
    "owner_kind": "business",
    "latitude": -0.8917,
    "longitude": 119.8700,
    "bearing": 90,
    "angle": 60,
    "range_metres": 100,
    "retention_hours": 72,
    "contact": "Ibu Rina",
}
"""Looks at the place of every report of the tests."""
TIMES = ("starts_at", "ends_at", "camera_starts_at", "camera_ends_at", "asked_at", "deadline", "due")


@pytest.fixture
async def asked(office: Office, citizen: AsyncClient, dispatcher: AsyncClient) -> Any:
    """A request to the owner of the camera that may have seen an incident, for the time that is proposed."""
    incident = (await office.filed(citizen))["id"]
    camera = of(await dispatcher.post(f"{API}/cameras", json=CAMERA), 201)
    (near,) = of(await dispatcher.get(f"{API}/incidents/{incident}/cameras"), 200)
    assert (near["camera"]["id"], near["sees"], near["requested"]) == (camera["id"], True, "")
    body = {"camera": camera["id"], "starts_at": near["starts_at"], "ends_at": near["ends_at"], "note": "Motor merah"}
    request = of(await dispatcher.post(f"{API}/incidents/{incident}/requests", json=body), 201)
    assert (request["state"], request["deadline"], request["reminders"]) == ("asked", near["deadline"], 0)
    (near,) = of(await dispatcher.get(f"{API}/incidents/{incident}/cameras"), 200)
    assert near["requested"] == request["id"]
    return request


class Desk:
    """What the desk is told of a request, and the time that passes for it."""

    def __init__(self, site: Site, client: AsyncClient, id: str) -> None:
        self._site = site
        self._client = client
        self._id = id
        self._events: dict[str, FootageReminderDue | FootageOverwritten] = {}

    @property
    def told(self) -> list[FootageReminderDue | FootageOverwritten]:
        """In order."""
        return list(self._events.values())

    def hear(self, event: Incoming) -> None:
        """Take an event from the tail, which may come again."""
        if isinstance(event.message, FootageReminderDue | FootageOverwritten) and event.message.request == self._id:
            self._events.setdefault(event.id, event.message)

    @property
    def reminders(self) -> list[int]:
        """Which reminders were told."""
        return [event.reminder for event in self.told if isinstance(event, FootageReminderDue)]

    async def now(self) -> Any:
        """The request as it stands."""
        return of(await self._client.get(f"{API}/requests/{self._id}"), 200)

    async def passes(self, part: float) -> None:
        """So much of the time that there was to the deadline, at once. Never so that two things were due at the very
        same moment: a command's id follows from it."""
        requests = self._site.app.state.client[self._site.settings.database(SERVICE)]["footage_requests"]
        found = await requests.find_one({"_id": self._id})
        by = (found["deadline"] - found["asked_at"]) * part
        older = {name: found[name] - by for name in TIMES if isinstance(found.get(name), datetime)}
        await requests.update_one({"_id": self._id}, {"$set": older, "$inc": {"version": 1}})

    async def looked(self) -> None:
        """Whoever watches the clocks looks."""
        await self._site.app.state.evidence_room.chores.do()

    async def until_told(self, count: int) -> None:
        """So many things in all."""

        async def enough() -> bool:
            await self.looked()
            return len(self.told) >= count

        await until(enough, within=60, what=f"the desk is told {count} times")


@contextmanager
def listening(site: Site, desk: Desk) -> Iterator[Desk]:
    """To the service's events, as live pages do."""
    tail = site.reports.gateway._tail
    tail.listen(desk.hear)
    try:
        yield desk
    finally:
        tail._listeners.remove(desk.hear)


@pytest.fixture
def desk(site: Site, dispatcher: AsyncClient, asked: Any) -> Iterator[Desk]:
    """Hears of the request."""
    with listening(site, Desk(site, dispatcher, asked["id"])) as desk:
        yield desk


async def test_from_the_camera_to_the_answer(desk: Desk, asked: Any, dispatcher: AsyncClient) -> None:
    here = f"{API}/requests/{asked['id']}"
    await desk.looked()
    assert desk.told == []  # there is time
    await desk.passes(0.55)
    await desk.until_told(1)
    reminded = await desk.now()
    assert (reminded["reminders"], reminded["state"]) == (1, "asked")
    assert desk.reminders == [1]
    assert abs(desk.told[0].deadline - datetime.fromisoformat(reminded["deadline"])) < timedelta(seconds=1)  # type: ignore[union-attr]
    page = (await dispatcher.get(f"/reports/requests/{asked['id']}", headers={**HTML, "accept-language": "id"})).text
    assert "Simpang Sudirman, timur" in page
    assert "diingatkan 1 kali" in page
    promised = of(await dispatcher.post(f"{here}/answer", json={"answer": "promised", "note": "Besok pagi"}), 200)
    assert promised["is_open"]
    await desk.passes(0.4)  # a promise is not a recording: what is left is five hundredths of the time
    await desk.until_told(2)
    assert desk.reminders == [1, 3]
    assert [r["id"] for r in of(await dispatcher.get(f"{API}/requests"), 200)] == [asked["id"]]
    received = of(await dispatcher.post(f"{here}/answer", json={"answer": "received"}), 200)
    assert (received["state"], received["is_open"], received["reminders"]) == ("received", False, 3)
    await desk.passes(1)
    await desk.looked()
    assert len(desk.told) == 2
    assert of(await dispatcher.get(f"{API}/requests"), 200) == []
    problem_of(await dispatcher.post(f"{here}/answer", json={"answer": "refused"}), 409, "request-over")


async def test_an_owner_who_never_answers(desk: Desk, asked: Any, dispatcher: AsyncClient) -> None:
    for part, count in ((0.55, 1), (0.22, 2), (0.16, 3), (0.11, 4)):
        await desk.passes(part)
        await desk.until_told(count)
    assert desk.reminders == [1, 2, 3]
    assert isinstance(desk.told[-1], FootageOverwritten)
    over = await desk.now()
    assert (over["state"], over["is_open"]) == ("overwritten", False)
    here = f"{API}/requests/{asked['id']}"
    problem_of(await dispatcher.post(f"{here}/withdraw", json={"reason": "Tidak perlu"}), 409, "request-over")


async def test_the_recording_itself_is_the_answer(desk: Desk, asked: Any, dispatcher: AsyncClient) -> None:
    await desk.passes(0.55)
    await desk.until_told(1)
    said = {name: asked[name] for name in ("starts_at", "ends_at")} | {"camera": asked["camera"]["id"]}
    id = await added(
        dispatcher, video("avi", "mpeg4", frames=5), incident=asked["incident"], request=asked["id"], **said
    )
    assert (await desk.now())["state"] == "received"
    known = of(await dispatcher.get(f"{API}/evidence/{id}"), 200)
    assert known["camera_name"] == CAMERA["name"]
    await desk.passes(0.4)
    await desk.looked()
    assert desk.reminders == [1]
