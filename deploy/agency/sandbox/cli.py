"""`kentongan agency sandbox day | verify`: something to read, and a trial of who reads it."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from secrets import token_hex
from typing import Annotated

import typer
from aiokafka.errors import KafkaError

from deploy.agency.sandbox.day import Day, Told, beginning_of
from deploy.agency.sandbox.replay import replay
from deploy.agency.sandbox.verify import Trial
from deploy.agency.wanted import access_of
from deploy.problem import Problem
from deploy.topics.broker import connect, connection
from deploy.topics.plan import Create
from services.reports.demo import demo_office
from shared.messaging.errors import Transient
from shared.messaging.kafka import Publisher, new_broker
from shared.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, help="A synthetic day, and a trial of who reads it.")

AgencyName = Annotated[str, typer.Option("--agency", help="On whose topics. Never those of one that is at work.")]


@app.command()
def day(
    agency: AgencyName = "sandbox",
    speed: Annotated[float, typer.Option(min=0, help="60 is a minute of the day a second; 0 waits for nothing.")] = 0,
    incidents: Annotated[int, typer.Option(min=1, max=5_000)] = 120,
    seed: Annotated[int, typer.Option(help="Another number, another day.")] = 1,
) -> None:
    """Put 24 hours of made-up incidents on the sandbox agency's topics, all marked as an exercise."""
    published = asyncio.run(_day(Settings(), agency, speed, incidents, seed))
    typer.echo(f"{published} messages about {incidents} incidents are on the topics of {agency}.")


@app.command()
def verify(
    command: Annotated[str, typer.Option("--command", help="Starts the consumer that is tried.")],
    agency: AgencyName = "sandbox",
    seconds: Annotated[float, typer.Option(min=1, help="How long it may take for one stage.")] = 60.0,
) -> None:
    """Try an agency's own consumer: it must acknowledge each incident that is shared with it, once."""
    if not asyncio.run(_verify(Settings(), agency, command, seconds)):
        raise typer.Exit(1)


async def _day(settings: Settings, agency: str, speed: float, incidents: int, seed: int) -> int:
    told = await _told(agency, incidents, seed)
    async with _publishing(settings, agency) as publisher:
        return await replay(told, publisher, settings.topic, speed=speed, said=lambda _: None)


async def _verify(settings: Settings, agency: str, command: str, seconds: float) -> bool:
    told = await _told(agency, 40, 1)
    async with _publishing(settings, agency) as publisher:
        trial = Trial(agency, publisher, settings.topic, command, seconds=seconds)
        return await trial.run(told, connection(settings), typer.echo)


async def _told(agency: str, incidents: int, seed: int) -> list[Told]:
    plan = demo_office().plan
    return await Day(plan, agency, beginning_of(datetime.now(UTC)), f"x{token_hex(4)}").tell(incidents, seed)


@asynccontextmanager
async def _publishing(settings: Settings, agency: str) -> AsyncIterator[Publisher]:
    """A publisher to topics that are there."""
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    topics = access_of(agency, settings.topic, settings.kafka_replication).topics
    async with connect(settings) as admin:
        there = await admin.find(topic.name for topic in topics)
        for topic in topics:
            if topic.name not in there:
                await admin.make(Create(topic, settings.kafka_replication))
    broker = new_broker(settings)
    try:
        await broker.start()
        yield Publisher(broker)
    except (KafkaError, Transient) as error:
        raise Problem(f"Kafka at {settings.kafka}: {error}") from error
    finally:
        await broker.stop()
