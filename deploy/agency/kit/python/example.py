"""A whole consumer: prints what is shared, keeps it in a file of its own, acknowledges it, and goes on where it was.

python example.py damkar-palu 127.0.0.1:9092 --plaintext
KENTONGAN_PASSWORD=… python example.py damkar-palu kafka.example.go.id:9094 --ca ca.pem
"""

import argparse
import asyncio
import os
import sqlite3
import sys
import uuid
from contextlib import closing

from kentongan_agency import Agency, Ended, Incident, Refused, Reply


async def main() -> None:
    """Read until stopped."""
    told = _arguments()
    protocol = "PLAINTEXT" if told.plaintext else "SASL_PLAINTEXT" if told.no_tls else "SASL_SSL"
    password = os.environ.get("KENTONGAN_PASSWORD", "")
    with closing(sqlite3.connect(told.database)) as database:
        database.execute("CREATE TABLE IF NOT EXISTS incidents (id PRIMARY KEY, sequence, state, told)")
        async with Agency(
            told.agency, told.servers, password=password, ca=told.ca, protocol=protocol, namespace=told.namespace
        ) as agency:
            async for heard in agency.subscribe(resume=told.reader):
                match heard.message:
                    case Incident() | Ended() as incident if _keep(database, incident):
                        # The same id for the same incident: said twice, it is said once.
                        id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{told.agency}/{incident.incident}"))
                        sys.stdout.write(f"{_line(incident)}\n")
                        if isinstance(incident, Incident) and incident.change == "shared":
                            await agency.acknowledge(incident.incident, id=id)
                    case Reply() as reply:
                        sys.stdout.write(f"{reply.incident}  {reply.office} writes: {reply.words}\n")
                    case Refused() as refused:
                        sys.stderr.write(f"refused: {refused.answer}: {refused.reason}\n")
                await heard.done()


def _line(told: Incident | Ended) -> str:
    """How it is now, to look at."""
    drill = "EXERCISE " if told.exercise else ""
    if isinstance(told, Ended):
        return f"{told.incident}  {drill}ended: {told.ended}"
    name = told.category_name.id if told.category_name else told.category
    where = f" at {told.place.latitude}, {told.place.longitude}" if told.place else ""
    return f"{told.incident}  {drill}{name}, {told.severity}, {told.state}{where}"


def _keep(database: sqlite3.Connection, told: Incident | Ended) -> bool:
    """Keep how it is now. False: we knew that, or something newer."""
    state = told.state if isinstance(told, Incident) else "ended"
    with database:
        kept = database.execute(
            "INSERT INTO incidents VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
            "sequence = excluded.sequence, state = excluded.state, told = excluded.told "
            "WHERE excluded.sequence > incidents.sequence",
            (told.incident, told.sequence, state, told.model_dump_json()),
        )
    return kept.rowcount == 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("agency")
    parser.add_argument("servers")
    parser.add_argument("--reader", default="example", help="goes on where the last one of this name was")
    parser.add_argument("--database", default="incidents.sqlite")
    parser.add_argument("--ca", default="", help="the certificate authority that the operator sent")
    parser.add_argument("--namespace", default="")
    parser.add_argument("--no-tls", action="store_true", help="on a network that you trust")
    parser.add_argument("--plaintext", action="store_true", help="without signing in: a sandbox on this machine")
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(main())
