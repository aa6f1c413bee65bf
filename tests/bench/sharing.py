"""From an incident's acceptance to an agency's consumer, with fifty agencies; and how quickly rules are matched.

Each agency has one rule: some by category, some by area, some by severity, so that a report concerns a few of them and
every rule must be looked at. Acceptance is the moment at which the report's own event is seen on the bus.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from random import Random
from time import monotonic, process_time
from uuid import uuid4

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from services.reports.demo import demo_office
from services.reports.domain.incident import Incident
from services.reports.domain.office import Office
from services.reports.domain.rule import Rule, best_rules
from shared.contracts.fields import Text
from shared.contracts.message import Command, events_topic
from shared.contracts.reports import SERVICE
from shared.contracts.reports.agencies import AcceptRule, AddAgency, Position, ProposeRule, Terms, Tier
from shared.contracts.reports.base import Place
from shared.contracts.reports.incidents import FileReport
from shared.contracts.reports.office import ConfigureOffice
from shared.contracts.share import answers_topic, incidents_topic, states_topic
from shared.messaging.store import Published
from shared.settings import Settings
from tests.bench import traffic
from tests.bench.report import Figure, Goal, Report, percentile
from tests.bench.stage import Contestant, installation, running

AGENCIES = 50
PACE = 100
"""Reports a second."""
WARM_UP_SECONDS = 3
WORKER = Contestant("worker", ("-m", "services.reports", "worker"))
SHARING = Contestant("sharing", ("-m", "services.reports", "sharing"))
LATE_MS, DECISIONS = 250.0, 20_000.0


async def run(*, short: bool) -> Report:
    """Rounds of one pace, and the matching alone."""
    seconds, rounds = (5, 1) if short else (15, 3)
    half: list[float] = []
    most: list[float] = []
    told = 0
    async with installation() as settings, _topics(settings):
        await _agree(settings)
        for _ in range(rounds):
            taken = await _latencies(settings, seconds)
            half.append(percentile(taken, 50))
            most.append(percentile(taken, 99))
            told += len(taken)
    decisions = [_decisions_a_second() for _ in range(3 if short else 9)]
    late = Figure("p99, accepted to agency's consumer", most, "ms")
    matched = Figure("rules matched on one core", decisions, "/s")
    return Report(
        "sharing",
        f"{PACE} reports a second, {AGENCIES} agencies, {told / (rounds * seconds * PACE):.1f} concerned by each",
        [Figure("p50, accepted to agency's consumer", half, "ms"), late, matched],
        [Goal(late, LATE_MS, at_most=True), Goal(matched, DECISIONS)],
    )


def rules() -> list[Terms]:
    """What each agency gets: a third by category, a third by area, a third only the worst."""
    chance, plan = Random(7), demo_office().plan  # made up, no secret
    categories = [category.id for category in plan.categories if not category.sensitive]
    made = []
    for nth in range(AGENCIES):
        tier: Tier = "assist" if nth % 2 else "view"
        south, west = plan.latitude + chance.uniform(-0.06, 0.05), plan.longitude + chance.uniform(-0.06, 0.05)
        area = (
            Position(south, west),
            Position(south, west + 0.01),
            Position(south + 0.01, west + 0.01),
            Position(south + 0.01, west),
        )
        match nth % 3:
            case 0:
                made.append(Terms(tier, "Pengukuran", categories=(chance.choice(categories),)))
            case 1:
                made.append(Terms(tier, "Pengukuran", area=(area,)))
            case _:
                made.append(Terms(tier, "Pengukuran", least_severity="extreme", area=(area,)))
    return made


def _reports(count: int) -> Iterator[FileReport]:
    chance, plan = Random(11), demo_office().plan
    categories = [c for c in plan.categories if not any(question.required for question in c.questions)]
    for _ in range(count):
        place = Place(plan.latitude + chance.uniform(-0.06, 0.06), plan.longitude + chance.uniform(-0.06, 0.06))
        yield FileReport(
            office=plan.id,
            category=chance.choice(categories).id,
            words="Laporan untuk pengukuran.",
            place=place,
            privacy="anonymous",
        )


async def _agree(settings: Settings) -> None:
    plan = demo_office().plan
    ids = [str(uuid4()) for _ in range(AGENCIES)]
    asked: list[Command] = [ConfigureOffice(office=plan.id, plan=plan)]
    asked += [AddAgency(office=plan.id, agency=_name(nth), name=Text("A", "A")) for nth in range(AGENCIES)]
    async with (
        traffic.sending(settings) as publisher,
        running(settings, WORKER.arguments),
        _reading(settings, [settings.topic(events_topic(SERVICE))]) as events,
    ):
        await publisher.publish([traffic.message(settings, command) for command in asked])
        for nth, terms in enumerate(rules()):
            proposed = ProposeRule(office=plan.id, agency=_name(nth), terms=terms)
            accepted = AcceptRule(office=plan.id, rule=ids[nth])
            await publisher.publish(
                [_as(settings, proposed, ids[nth], "system"), _as(settings, accepted, "", f"agency/{_name(nth)}")]
            )
        await _until(events, len(asked) + 2 * AGENCIES)


def _as(settings: Settings, command: Command, id: str, actor: str) -> Published:
    """A command of somebody's, under an id of its own choice."""
    message = traffic.message(settings, command)
    changed = {"ce_actor": actor.encode()} | ({"ce_id": id.encode()} if id else {})
    return message._replace(headers=tuple((name, changed.get(name, value)) for name, value in message.headers))


async def _latencies(settings: Settings, seconds: int) -> list[float]:
    """In milliseconds, of each report and each agency that it concerns, after a warm-up."""
    count, warm_up = PACE * (WARM_UP_SECONDS + seconds), PACE * WARM_UP_SECONDS
    topics = [settings.topic(incidents_topic(_name(nth))) for nth in range(AGENCIES)]
    accepted: dict[str, float] = {}
    heard: list[tuple[str, float]] = []
    measured: set[str] = set()
    async with AsyncExitStack() as stack:
        for contestant in (WORKER, SHARING):
            await stack.enter_async_context(running(settings, contestant.arguments))
        events = await stack.enter_async_context(_reading(settings, [settings.topic(events_topic(SERVICE))]))
        agencies = await stack.enter_async_context(_reading(settings, topics))
        publisher = await stack.enter_async_context(traffic.sending(settings))
        await publisher.publish([traffic.message(settings, next(_reports(1)))])
        await _until(events, 1)
        noting = asyncio.create_task(_note(events, accepted, count))
        hearing = asyncio.create_task(_hear(agencies, heard))
        began = monotonic()
        for nth, report in enumerate(_reports(count)):
            await asyncio.sleep(max(0.0, began + nth / PACE - monotonic()))
            message = traffic.message(settings, report)
            if nth >= warm_up:
                measured.add(traffic.id_of(message))
            await publisher.publish_one(message, timeout_seconds=5.0)
        await noting
        await _quiet(heard)
        hearing.cancel()
    return [(moment - accepted[id]) * 1000 for id, moment in heard if id in measured and id in accepted]


async def _note(events: AIOKafkaConsumer, accepted: dict[str, float], count: int) -> None:
    while len(accepted) < count:
        for records in (await events.getmany(timeout_ms=500)).values():
            for record in records:
                accepted.setdefault(traffic.cause_of(record), monotonic())


async def _hear(agencies: AIOKafkaConsumer, heard: list[tuple[str, float]]) -> None:
    while True:
        for records in (await agencies.getmany(timeout_ms=500)).values():
            heard.extend((json.loads(record.value or b"{}")["incident"], monotonic()) for record in records)


async def _quiet(heard: Sequence[object]) -> None:
    """Returns when two seconds have brought nothing more."""
    known = -1
    while known != len(heard):
        known = len(heard)
        await asyncio.sleep(2)


async def _until(events: AIOKafkaConsumer, count: int) -> None:
    async with asyncio.timeout(traffic.PATIENCE_SECONDS):
        while count > 0:
            count -= sum(map(len, (await events.getmany(timeout_ms=500)).values()))


def _decisions_a_second() -> float:
    """Decisions about an incident and an agency, a second of processor time."""
    office = Office("polres-palu", demo_office().plan)
    at = datetime.now(UTC)
    made = []
    for nth, terms in enumerate(rules()):
        rule = Rule(f"rule-{nth}", office.id, _name(nth), terms, "office", at, state="accepted")
        rule.in_force = office.id
        made.append(rule)
    incidents = [
        Incident.file(str(nth), str(nth), report, office, at, suspect=False)[0]
        for nth, report in enumerate(_reports(500))
    ]
    best_rules(incidents[0], made, sensitive=False, at=at)  # prepares the areas
    began = process_time()
    for incident in incidents:
        best_rules(incident, made, sensitive=False, at=at)
    return len(incidents) * len(made) / (process_time() - began)


def _name(nth: int) -> str:
    return f"agency-{nth:02d}"


@asynccontextmanager
async def _topics(settings: Settings) -> AsyncIterator[None]:
    """The agencies' topics, for as long as they are needed."""
    of = (incidents_topic, states_topic, answers_topic)
    names = [settings.topic(topic(_name(nth))) for nth in range(AGENCIES) for topic in of]
    admin = AIOKafkaAdminClient(bootstrap_servers=settings.kafka)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, 1, 1) for name in names])
        yield
        await admin.delete_topics(names)
    finally:
        await admin.close()


@asynccontextmanager
async def _reading(settings: Settings, topics: Sequence[str]) -> AsyncIterator[AIOKafkaConsumer]:
    """A consumer of topics from now on."""
    consumer = AIOKafkaConsumer(
        *topics, bootstrap_servers=settings.kafka, auto_offset_reset="latest", fetch_max_wait_ms=20
    )
    await consumer.start()
    try:
        for partition in consumer.assignment():
            await consumer.position(partition)
        yield consumer
    finally:
        await consumer.stop()
