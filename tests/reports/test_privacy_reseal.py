"""Renewing the keys of identities: every box is sealed anew, none is lost, and it can be stopped at any time."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator

import pytest

from services.reports.domain.records import Follower, Reporter
from services.reports.identity.identity import Identities, Identity, Unreadable, new_key
from services.reports.identity.reseal import Resealed, reseal
from shared.contracts.reports.base import Sealed
from tests.reports.scene import CONTACT
from tests.reports.stored import NOW, Place, stored

OLD, NEW = new_key(), new_key()
BEFORE, DURING, AFTER = Identities([OLD]), Identities([NEW, OLD]), Identities([NEW])


@pytest.fixture(scope="module")
async def kept(mongo_address: str) -> AsyncIterator[Place]:
    async with stored(mongo_address) as place:
        yield place


@pytest.fixture
async def place(kept: Place) -> Place:
    await kept.empty()
    return kept


def who(nth: int) -> Identity:
    return Identity(name=f"Pelapor {nth}", phone=f"+628123456{nth:04d}")


def boxes(count: int) -> list[Reporter | Follower]:
    """Reporters and followers by turns, each as their own command left them."""
    made: list[Reporter | Follower] = []
    for nth in range(count):
        sealed = BEFORE.seal(who(nth), id=f"command-{nth:04d}")
        reporter = Reporter(f"r{nth:04d}", sealed, CONTACT, NOW)
        made.append(reporter if nth % 2 else Follower(f"f{nth:04d}", "i", f"i:{nth}", sealed, NOW))
    return made


async def opened(place: Place, keys: Identities) -> dict[str, Identity]:
    kept = [*await place.all(Reporter), *await place.all(Follower)]
    return {one.id: keys.open(one.sealed) for one in kept if one.sealed}


async def test_every_box_is_sealed_with_the_new_key(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.reports.identity.reseal.BATCH", 20)
    await place.keep(*boxes(60))
    before = await opened(place, BEFORE)
    assert await reseal(place.database, DURING) == Resealed(60, 0)
    assert await opened(place, AFTER) == before
    with pytest.raises(Unreadable):
        await opened(place, BEFORE)
    reporter = await place.one(Reporter, "r0001")
    assert (reporter.contact, reporter.version) == (CONTACT, 2), "a worker that had loaded it loads it anew"
    assert await reseal(place.database, DURING) == Resealed(0, 0)


async def test_it_goes_on_where_it_was_stopped_and_two_at_once_are_as_one(place: Place) -> None:
    await place.keep(*boxes(30), Reporter("new", DURING.seal(who(99), id="new"), None, NOW))
    done = await asyncio.gather(*(reseal(place.database, DURING) for _ in range(2)))
    assert sum(one.renewed for one in done) == 30
    assert len(await opened(place, AFTER)) == 31


async def test_who_was_erased_meanwhile_stays_so(place: Place) -> None:
    await place.keep(*boxes(4))
    erased = await place.one(Reporter, "r0001")
    seal = DURING.seal

    class Slow(Identities):
        def seal(self, identity: Identity, *, id: str) -> Sealed | None:
            if id == "r0001":
                place.client.delegate[place.database.name]["reporters"].update_one(
                    {"_id": id}, {"$set": {"sealed": None, "contact": None}, "$inc": {"version": 1}}
                )
            return seal(identity, id=id)

    assert await reseal(place.database, Slow([NEW, OLD])) == Resealed(3, 0)
    erased = await place.one(Reporter, "r0001")
    assert (erased.sealed, erased.contact) == (None, None)


async def test_a_box_that_no_key_opens_is_left_and_said(place: Place) -> None:
    strange = Reporter("strange", Identities([new_key()]).seal(who(1), id="x" * 16), None, NOW)
    await place.keep(*boxes(3), strange)
    assert await reseal(place.database, DURING) == Resealed(3, 1)
    assert (await place.one(Reporter, "strange")).sealed == strange.sealed


async def test_an_operator_does_it_where_the_keys_are(place: Place) -> None:
    await place.keep(*boxes(5))
    told = {f"KENTONGAN_{name.upper()}": str(getattr(place.settings, name)) for name in ("kafka", "mongo", "namespace")}

    async def kentongan(keys: str, *arguments: str) -> tuple[int, str]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "deploy.cli", "reports", "identity", *arguments),
            stdout=PIPE,
            stderr=PIPE,
            env={**os.environ, **told, "KENTONGAN_IDENTITY_KEYS": keys},
        )
        output, errors = await process.communicate()
        assert process.returncode is not None
        return process.returncode, (output + errors).decode()

    assert await kentongan("", "reseal") == (1, "kentongan: a key for reporters' identities is needed"
                                                " (KENTONGAN_IDENTITY_KEYS)\n")  # fmt: skip
    code, told_of = await kentongan(NEW, "reseal")
    assert (code, "5  that none of the keys opens" in told_of) == (1, True)
    assert await kentongan(f"{NEW},{OLD}", "reseal") == (0, "        5  sealed anew\n")
    assert len(await opened(place, AFTER)) == 5
    code, key = await kentongan("", "new-key")
    assert code == 0
    assert Identities([key.strip()])
