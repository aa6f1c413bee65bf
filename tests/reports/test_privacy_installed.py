"""Nothing that an installation publishes, shares, logs, measures, traces or shows says who reported, or what words."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from argon2 import PasswordHasher
from httpx import AsyncClient
from pymongo import MongoClient

from shared.clock import system_clock
from shared.contracts.fields import Text
from shared.contracts.message import commands_topic, dead_topic, events_topic
from shared.contracts.reports import EVENTS
from shared.contracts.reports.agencies import AcceptRule, AddAgency, ProposeRule, Terms
from shared.contracts.reports.office import ConfigureOffice
from shared.contracts.reports.staff import AddStaff
from shared.contracts.share import incidents_topic, states_topic
from shared.messaging.tail import Gateway, Tail
from shared.settings import Settings
from tests.chaos.programs import Program, started
from tests.reports.agencies import with_topics
from tests.reports.privacy_day import (
    BROWSER,
    DISPLAY_NAME,
    OFFICE,
    PASSWORD,
    USERNAME,
    Day,
    asking,
    citizens,
    collector,
    desk,
    every_command,
    everything_kept,
    everything_on,
    plan_of,
    poison,
    public_addresses,
    wrong_requests,
)
from tests.reports.privacy_shown import (
    PEOPLE,
    read_by_the_agency,
    read_by_the_public,
    settled,
    witnessed,
    working_copies,
)
from tests.reports.scene import PLAN
from tests.support.installation import fresh_settings, installed
from tests.support.waiting import until

HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
HELD_BY = {
    "stories", "timeline", "staff", "cameras", "footage_requests", "rules", "incidents", "evidence", "evidence.chunks",
}  # fmt: skip
"""Collections that keep what was told. Of an incident: where exactly it is, and who looks after it; of a file: what it
was called, what was said of it, and the original as it came."""
OUTSIDE = (
    "events", "what agencies read", "what agencies read by HTTP", "the API's log", "the worker's log",
    "the sharing's log", "the bridges' log", "the API's metrics", "the worker's metrics", "the sharing's metrics",
    "the bridges' metrics", "traces", "what everybody may see", "working copies of photos",
)  # fmt: skip


@pytest.fixture(scope="module")
async def settings(kafka_address: str, mongo_address: str) -> AsyncIterator[Settings]:
    async with installed(fresh_settings(kafka_address, mongo_address), ["reports"]) as settings:
        yield settings


@pytest.fixture(scope="module")
async def day(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Day:
    day, folder = Day(settings), tmp_path_factory.mktemp("privacy")
    day.staff = {
        "a user name": (USERNAME,),
        "a display name": (DISPLAY_NAME, "Piket Lengkap"),
        "a password": (PASSWORD,),
        "a password's hash": (HASH,),
        "a device": (BROWSER,),
    }
    with collector() as (traces, spans):
        talkative = settings.model_copy(update={"log_level": "debug", "otlp_endpoint": traces})
        api = Program("api", talkative, folder, service="reports")
        keyless = talkative.model_copy(update={"identity_keys": type(talkative.identity_keys)("")})
        worker, sharing, bridges = (
            Program(role, keyless, folder, service="reports") for role in ("worker", "sharing", "bridges")
        )
        programs = {"the API's": api, "the worker's": worker, "the sharing's": sharing, "the bridges'": bridges}
        async with with_topics(settings, "damkar"), started(api, worker, sharing, bridges):
            async with asking(Gateway(settings, "reports", Tail(EVENTS), clock=system_clock)) as gateway:
                await open_office(gateway)
                async with AsyncClient(base_url=api.address, timeout=60) as client:
                    known = await citizens(client, day)
                    public = await witnessed(client, day)
                    await wrong_requests(client, day)
                    await desk(client, day, known)
                    told = await read_by_the_agency(client, settings, public)
                    day.told["what agencies read by HTTP"] = told
                    await settled(gateway, day, public)
                    await every_command(gateway, day, known["open311"])
                    await poison(settings, day)
                    day.told["working copies of photos"] = await working_copies(client, public)
                    day.shown = await read_by_the_public(client)
                    shown = [(address, await client.get(address)) for address in public_addresses()]
                    assert [address for address, answer in shown if answer.status_code != 200] == []
                    day.told["what everybody may see"] = b"\n".join(answer.content for _, answer in shown)
                    for name, program in programs.items():
                        day.told[f"{name} metrics"] = (await client.get(f"{program.address}/metrics")).content
            await until(lambda: shared_all(settings), within=30, what="the agency has been told")
            for place, topics in (
                ("events", [events_topic("reports")]),
                ("dead letters", [dead_topic("reports")]),
                ("commands", [commands_topic("reports")]),
                ("what agencies read", [incidents_topic("damkar"), states_topic("damkar")]),
            ):
                day.told[place] = b"\n".join(
                    [line for topic in topics async for line in everything_on(settings, topic)]
                )
            for program in programs.values():
                await program.stop()
    for name, program in programs.items():
        day.told[f"{name} log"] = program.log_text().encode()
    day.told["traces"] = b"\n".join(spans)
    return day


async def open_office(gateway: Gateway) -> None:
    """An operator sets the office up, adds a manager, and agrees with an agency what it gets."""
    for id, command, actor in (
        ("office-is-set-up", ConfigureOffice(office=OFFICE, plan=plan_of(PLAN)), "system"),
        (
            "manager-is-added",
            AddStaff(
                office=OFFICE, username=USERNAME, display_name=DISPLAY_NAME, password_hash=HASH, roles=("manager",)
            ),
            "system",
        ),
        ("agency-is-added", AddAgency(office=OFFICE, agency="damkar", name=Text("Damkar", "Fire")), "system"),
        ("rule-is-proposed", ProposeRule(office=OFFICE, agency="damkar", terms=Terms("view", "Kebakaran")), "system"),
        ("rule-is-accepted", AcceptRule(office=OFFICE, rule="rule-is-proposed"), "agency/damkar"),
    ):
        await gateway.ask(command, id=id, actor=actor)


async def shared_all(settings: Settings) -> bool:
    return len([line async for line in everything_on(settings, incidents_topic("damkar"))]) >= 4


@pytest.mark.parametrize("place", OUTSIDE)
async def test_nobody_is_told_there(day: Day, place: str) -> None:
    assert day.told[place]
    assert day.found(place) == []


async def test_the_day_was_told_all_the_same(day: Day) -> None:
    for event in (
        "IncidentReported",
        "IdentityRevealed",
        "ReporterErased",
        "MessageSent",
        "CameraAdded",
        "CommandRefused",
    ):
        assert event.encode() in day.told["events"], event
    assert b"IncidentChanged" in day.told["what agencies read"]
    assert day.shown == len(PEOPLE), "what everybody sees is of the incidents with evidence"
    assert day.told["what agencies read by HTTP"].count(b"event: incident") >= len(PEOPLE)
    assert day.told["working copies of photos"].count(b"JFIF") == len(PEOPLE)
    assert b"EvidenceAdded" in day.told["events"]
    assert b"dead letter" in day.told["the worker's log"]
    assert b"kentongan_dead_letters_total" in day.told["the worker's metrics"]
    assert b"FileReport" in day.told["traces"]
    assert day.found("commands", day.words), "where the words are on their way"


async def test_who_reporters_are_is_sealed_in_commands_too(day: Day) -> None:
    by_services = {name: words for name, words in day.sealed.items() if name != "contact 9"}  # the poison's
    assert day.found("commands", by_services) == []


async def test_a_dead_letter_s_reason_repeats_nothing_of_the_message(day: Day) -> None:
    letters = day.told["dead letters"].split(b"\n")
    assert len(letters) == 5
    for letter in letters:
        reason = letter.partition(b"dead_reason=")[2].partition(b"|")[0]
        assert reason
        if b"unknown-type" in reason:  # which has to be named
            continue
        day.told["a reason"] = reason
        assert day.found("a reason") == []


async def test_the_database_keeps_no_reporter_in_plain(day: Day) -> None:
    for name, held in everything_kept(day.settings):
        day.told[name] = held
        assert day.found(name, day.sealed) == [], name


async def test_what_was_told_is_kept_where_the_desk_reads_it_alone(day: Day) -> None:
    holding = set()
    for name, held in everything_kept(day.settings):
        day.told[name] = held
        if day.found(name, day.words):
            holding.add(name)
    assert {"stories", "timeline", "evidence", "evidence.chunks"} <= holding <= HELD_BY, holding - HELD_BY
    keyed = {name for name, held in everything_kept(day.settings) if _any(day.keyed, held)}
    assert keyed <= {"reporters", "followers", "trust"}, keyed


def _any(canaries: dict[str, tuple[str, ...]], held: bytes) -> bool:
    return any(word.encode() in held for words in canaries.values() for word in words)


async def test_no_other_database_has_come_to_be(day: Day) -> None:
    with MongoClient[dict[str, Any]](day.settings.mongo) as client:
        for service in ("queue", "notify", "forum", "share"):
            assert client[day.settings.database(service)].list_collection_names() == []
