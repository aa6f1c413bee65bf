"""The usual shape of a FastStream service: a handler a message, one insert, one event, acknowledged after.

It loses nothing while all goes well. It writes no journal, keeps no numbers and has no transaction, so a crash
between its steps doubles or drops an effect: it is what is commonly written, not what could take our place.
"""

import asyncio
import signal
from datetime import UTC, datetime

import uvloop
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.annotations import KafkaMessage

from shared.contracts.message import commands_topic, events_topic
from shared.contracts.queue import SERVICE, TakeTicket, TicketTaken
from shared.mongo import Database, connected
from shared.settings import Settings


def new_broker(settings: Settings, database: Database) -> KafkaBroker:
    """A broker with its one subscriber."""
    broker = KafkaBroker(settings.kafka, acks="all")
    events = settings.topic(events_topic(SERVICE))

    @broker.subscriber(
        settings.topic(commands_topic(SERVICE)),
        group_id=settings.topic("usual"),
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.ACK,
    )
    async def take_ticket(command: TakeTicket, message: KafkaMessage) -> None:
        now = datetime.now(UTC)
        id = message.headers["ce_id"]
        line = f"{command.office}:{command.service}:{now.date()}"
        await database["tickets"].insert_one({"_id": id, "line": line, "state": "waiting", "taken_at": now})
        taken = TicketTaken(
            office=command.office,
            service=command.service,
            line=line,
            revision=1,
            ticket=id,
            number="A-001",
            sequence=1,
            rank=1,
            place=1,
        )
        await broker.publish(taken, events, key=command.office.encode(), headers={"ce_causationid": id})

    return broker


async def run(settings: Settings) -> None:
    """Handle messages until told to stop."""
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    async with connected(settings) as client:
        broker = new_broker(settings, client[settings.database(SERVICE)])
        await broker.start()
        try:
            await stopping.wait()
        finally:
            await broker.stop()


if __name__ == "__main__":
    uvloop.run(run(Settings()))
