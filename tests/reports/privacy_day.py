"""A day at an office on real servers in which everybody says canaries, and everything that leaves the processes."""

import gzip
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, cast
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, TopicPartition
from httpx import AsyncClient
from pymongo import MongoClient

from shared.contracts.message import Command, commands_topic, dead_topic
from shared.contracts.reports.incidents import TakeCharge
from shared.messaging.envelope import encode_command
from shared.messaging.errors import Declined
from shared.messaging.kafka import Publisher, new_broker
from shared.messaging.store import Published
from shared.messaging.tail import Gateway
from shared.settings import Settings
from tests.reports.canaries import LATITUDE, LONGITUDE, PLACE_DIGITS, planted
from tests.reports.running import API
from tests.reports.test_privacy_commands import CHOSEN, FOR_OTHERS
from tests.reports.wishes import COMMANDS, wish
from tests.support.installation import PARTITIONS
from tests.support.servers import LOOPBACK
from tests.support.site import of
from tests.support.waiting import until

OFFICE = "polres-rahasia"
OPEN311 = "/reports/open311/v2"
PASSWORD = "Kenari-kata-sandi-47"
USERNAME, DISPLAY_NAME = "kenari.piket", "Kenari Piket Lengkap"
BROWSER = "KenariBrowser/9.1"
TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@dataclass
class Day:
    """What was said by whom, and where it may have got to."""

    settings: Settings
    sealed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Who reporters are: nowhere in plain, not even in the database or in commands."""
    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What was told, and where exactly: in commands, and in the database for the desk."""
    keyed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Boxes, and hashes of contacts: in commands, and in the database for who has the key."""
    staff: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Who works there."""
    secrets: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What was handed to one person alone."""
    told: dict[str, bytes] = field(default_factory=dict)
    """Where something was told → all of it."""
    shown: int = 0
    """How many incidents everybody sees."""

    def found(self, place: str, *groups: Mapping[str, tuple[str, ...]]) -> list[str]:
        """The canaries that sing there."""
        text = self.told[place]
        sought = groups or (self.sealed, self.words, self.keyed, self.staff, self.secrets)
        return [
            f"{name}: …{text[max(0, at - 80) : at + 60]!r}…"
            for group in sought
            for name, words in group.items()
            for word in words
            if (at := text.find(word.encode())) >= 0
        ]

    def contact(self, nth: int) -> dict[str, str]:
        """Somebody of their own."""
        digits, name = f"8139517{nth:04d}", f"Kenari{nth} Pelapor"
        self.sealed[f"contact {nth}"] = (digits, name, f"kenari{nth}@lapor.id")
        return {"name": name, "phone": f"0{digits}", "email": f"kenari{nth}@lapor.id"}

    def says(self, what: str) -> str:
        """Words of their own."""
        word = f"Kenari{len(self.words):03d}ucap"
        self.words[what] = (word,)
        return f"{word} di rumah {word}"


# A collector of traces -------------------------------------------------------------------------------------


@contextmanager
def collector() -> Iterator[tuple[str, list[bytes]]]:
    """Takes traces in by OTLP over HTTP; gives its address and what has come."""
    bodies: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # the standard library's name
            body = self.rfile.read(int(self.headers["content-length"]))
            bodies.append(gzip.decompress(body) if self.headers.get("content-encoding") == "gzip" else body)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer((LOOPBACK, 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{server.server_address[1]}", bodies
    finally:
        server.shutdown()


# What happens ----------------------------------------------------------------------------------------------


async def citizens(client: AsyncClient, day: Day) -> dict[str, str]:
    """Reports of every privacy, messages, codes, a follower; returns privacy → incident."""
    known: dict[str, str] = {}
    for nth, privacy in enumerate(("confidential", "anonymous", "open")):
        body = report(day, nth, privacy)
        filed = of(await client.post(f"{API}/reports", json=body), 201)
        token = filed["link"].rpartition("/")[2]
        known[privacy] = filed["id"]
        day.secrets[f"link {nth}"] = (token.rpartition(".")[2],)
        day.secrets[f"code {nth}"] = (filed["code"][-9:], filed["code"][-9:].replace("-", ""))
        words = {"words": day.says(f"message {nth}")}
        of(await client.post(f"{API}/reports/{token}/messages", json=words), 200)
        of(await client.get(f"{API}/reports/{token}"), 200)
        of(await client.post(f"{API}/track", json={"code": filed["code"]}), 200)
    advice = {"category": "theft", "place": {"latitude": LATITUDE, "longitude": LONGITUDE}, "words": day.says("advice")}
    of(await client.post(f"{API}/offices/{OFFICE}/advice", json=advice), 200)
    who = day.contact(7)
    first, _, last = who["name"].partition(" ")
    form = {
        "jurisdiction_id": OFFICE,
        "service_code": "theft",
        "lat": str(LATITUDE),
        "long": str(LONGITUDE),
        "description": day.says("Open311"),
        "address_string": day.says("Open311's place"),
        "first_name": first,
        "last_name": last,
        "phone": who["phone"],
        "email": who["email"],
        "device_id": "KenariPonsel",
        "account_id": "KenariAkun",
    }
    day.sealed["Open311's device"] = ("KenariPonsel", "KenariAkun")
    posted = await client.post(f"{OPEN311}/requests.json", data=form)
    assert posted.status_code == 201, posted.text
    known["open311"] = posted.json()[0]["service_request_id"][:36]
    day.words["an exact place"] = PLACE_DIGITS
    return known


def report(day: Day, nth: int, privacy: str) -> dict[str, Any]:
    """A report that says everything that can be said."""
    return {
        "office": OFFICE,
        "category": "theft",
        "words": day.says(f"report {nth}"),
        "place": {"latitude": LATITUDE, "longitude": LONGITUDE, "words": day.says(f"place {nth}")},
        "privacy": privacy,
        "answers": [{"question": "plate", "value": day.says(f"answer {nth}")}],
        "contact": day.contact(nth),
    }


async def wrong_requests(client: AsyncClient, day: Day) -> None:
    """Requests that are wrong in the very fields that are personal."""
    who, misplaced = day.contact(8), "081395179999"
    day.words["a number where it does not belong"] = (misplaced[1:],)
    body = report(day, 8, "confidential") | {"contact": who}
    for wrong in (
        {"contact": {**who, "phone": f"{who['phone']} ext. {who['name']}"}},
        {"contact": {**who, "email": f"{who['email']} {who['name']}"}},
        {"contact": {**who, "name": who["name"] * 40}},
        {"contact": who["name"]},
        {"category": who["name"]},
        {"office": who["phone"]},
        {"answers": [{"question": "plate", "value": day.says("too long") * 100}]},
        {"answers": [{"question": "vehicle", "value": day.says("no such choice")}]},
        {"answers": [{"question": misplaced, "value": "x"}]},
        {"category": misplaced},
        {"place": {"latitude": who["name"]}},
        {"words": ""},
        {"privacy": who["email"]},
        {who["name"]: who["phone"]},
    ):
        answer = await client.post(f"{API}/reports", json=body | wrong)
        assert answer.status_code in (404, 422), answer.text
    broken = f'{{"contact": {{"phone": "{who["phone"]}", "name": "{who["name"]}"'
    await client.post(f"{API}/reports", content=broken, headers={"content-type": "application/json"})
    await client.post(f"{OPEN311}/requests.json", data={"jurisdiction_id": OFFICE, "phone": who["name"], **who})
    await client.get(f"/reports/nothing/{who['phone']}?name={who['name']}&email={who['email']}")
    await client.get(f"{API}/offices/{OFFICE}", headers={"x-request-id": who["email"], "traceparent": who["phone"]})
    await client.post(f"{API}/track", json={"code": who["name"]})
    await client.post(f"{API}/sessions", json={"office": OFFICE, "username": USERNAME, "password": [PASSWORD]})
    await client.post(
        f"{API}/sessions", json={"office": OFFICE, "username": USERNAME, "password": f"{PASSWORD}-falsch"}
    )


async def desk(client: AsyncClient, day: Day, known: dict[str, str]) -> None:
    """A manager looks at everything, sees who reported, writes and decides."""
    body = {"office": OFFICE, "username": USERNAME, "password": PASSWORD}
    session = await client.post(f"{API}/sessions", json=body, headers={"user-agent": BROWSER})
    token = of(session, 201)["token"]
    day.secrets["a session's token"] = (token,)
    signed_in = {"authorization": f"Bearer {token}"}
    there = f"{API}/offices/{OFFICE}"
    for privacy, status in (("confidential", 200), ("open", 200), ("anonymous", 409)):
        incident = f"{there}/incidents/{known[privacy]}"
        looked = await client.post(
            f"{incident}/reporter/looks", json={"reason": day.says(f"look {privacy}")}, headers=signed_in
        )
        assert looked.status_code == status, looked.text
        assert ("Pelapor" in looked.text) == (status == 200)
        for step, said in (
            ("note", {"words": day.says(f"note {privacy}")}),
            ("message", {"words": day.says(f"answer to {privacy}")}),
        ):
            answer = await client.post(f"{incident}/{step}", json=said, headers=signed_in)
            assert answer.status_code == 200, answer.text
        assert (await client.get(incident, headers=signed_in)).status_code == 200
    for address in ("board", "incidents?q=Kenari", "units"):
        assert (await client.get(f"{there}/{address}", headers=signed_in)).status_code == 200
    erased = await client.delete(f"{there}/incidents/{known['open']}/reporter", headers=signed_in)
    assert erased.status_code == 200, erased.text


async def every_command(gateway: Gateway, day: Day, incident: str) -> None:
    """Each command of the contract, full of canaries; whether it fits or not."""
    sent: list[Published] = []
    for kind in COMMANDS:
        if kind in FOR_OTHERS:
            continue
        base = (await wish(kind)).command
        fits = {"office": OFFICE} | ({"incident": incident} if "incident" in kind.model_fields else {})
        command, canaries = planted(base.model_copy(update=fits), keep=CHOSEN)
        for where, canary in canaries.items():
            group = day.keyed if where in (".contact", ".reporter.box") else day.words
            group[f"{kind.__name__}{where}"] = (canary,)
        sent += [_message(day.settings, command, actor) for actor in ("citizen", f"staff/{USERNAME}")]
    await publish(day.settings, sent)
    with suppress(Declined):  # of one office, so in order: when this one is answered, all are
        await gateway.ask(TakeCharge(office=OFFICE, incident="nothing"), id=str(uuid4()), actor="system")


def _message(settings: Settings, command: Command, actor: str) -> Published:
    id = str(uuid4())
    key, value, headers = encode_command(
        command, id=id, source="/test", time=datetime.now(UTC), actor=actor, correlation_id=id, traceparent=TRACE
    )
    return Published(settings.topic(commands_topic("reports")), key, value, tuple(headers))


async def publish(settings: Settings, messages: Sequence[Published]) -> None:
    """Put messages on the bus."""
    broker = new_broker(settings)
    await broker.start()
    try:
        await Publisher(broker).publish(messages)
    finally:
        await broker.stop()


async def poison(settings: Settings, day: Day) -> None:
    """Commands that nobody can handle, with personal data where it is and where it is not expected."""
    who = day.contact(9)
    headers = {"ce_specversion": "1.0", "ce_type": "kentongan.reports.FileReport.v1", "ce_id": "p", "ce_source": "/t"}
    broken = f'{{"office": "{OFFICE}", "category": 7, "words": "{who["name"]}", "phone": "{who["phone"]}"}}'.encode()
    variants = [
        (broken, headers),
        (b"{}", headers | {"ce_type": f"kentongan.reports.+62{who['phone'][1:]}.v1"}),
        (broken, headers | {"ce_actor": f"staff/{who['name']}"}),
        (broken, headers | {"ce_id": who["email"]}),
        (f"not json {who['name']}".encode(), headers),
    ]
    topic = settings.topic(commands_topic("reports"))
    heads = [tuple((name, text.encode()) for name, text in head.items()) for _, head in variants]
    values = [value for value, _ in variants]
    await publish(
        settings, [Published(topic, OFFICE.encode(), *message) for message in zip(values, heads, strict=True)]
    )

    async def all_buried() -> bool:
        return len([line async for line in everything_on(settings, dead_topic("reports"))]) >= len(variants)

    await until(all_buried, within=30, what="the poison is buried")


# What is told ----------------------------------------------------------------------------------------------


def public_addresses() -> Iterator[str]:
    """What needs neither a link nor a sign-in."""
    there = f"/reports/offices/{OFFICE}"
    yield from ("/reports/", there, f"{there}/report/theft", f"{there}/incidents", "/reports/track", "/reports/sign-in")
    yield from ("/reports/api", "/reports/openapi.json", "/reports/asyncapi.json", "/healthz", "/readyz")
    yield from (f"{API}/offices", f"{API}/offices/{OFFICE}", f"{API}/offices/{OFFICE}/incidents.geojson")
    for format in ("json", "xml"):
        yield from (f"{OPEN311}/{name}.{format}?jurisdiction_id={OFFICE}" for name in ("services", "requests"))
        yield from (f"{OPEN311}/discovery.{format}", f"{OPEN311}/services/theft.{format}?jurisdiction_id={OFFICE}")


async def everything_on(settings: Settings, topic: str) -> AsyncIterator[bytes]:
    """Each message of a topic: key, headers and value."""
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.kafka)
    await consumer.start()
    try:
        number = PARTITIONS if topic.startswith("reports.") else 1
        places = [TopicPartition(settings.topic(topic), nth) for nth in range(number)]
        ends = await consumer.end_offsets(places)
        for place in places:
            consumer.assign([place])
            consumer.seek(place, 0)
            while await consumer.position(place) < ends[place]:
                record = await consumer.getone()
                head = b"|".join(name.encode() + b"=" + value for name, value in record.headers)
                yield b"|".join((record.key or b"", head, record.value or b""))
    finally:
        await consumer.stop()


def everything_kept(settings: Settings) -> Iterator[tuple[str, bytes]]:
    """Every collection of the service with all of its documents as the bytes that are stored."""
    with MongoClient[dict[str, Any]](settings.mongo) as client:
        database = client[settings.database("reports")]
        for name in database.list_collection_names():
            yield name, b"".join(cast(Iterable[bytes], database[name].find_raw_batches()))


@asynccontextmanager
async def asking(gateway: Gateway) -> AsyncIterator[Gateway]:
    """A gateway, from its start to its stop."""
    await gateway.start()
    try:
        yield gateway
    finally:
        await gateway.stop()


def plan_of(plan: Any) -> Any:
    """An office of that name."""
    return replace(plan, id=OFFICE)
