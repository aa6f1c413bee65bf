"""Nothing that an installation publishes, logs, measures or shows says who a person is.

Canaries stand in every personal field, of requests that succeed and of those that fail. Then everything that
leaves the processes is searched for them. The service's own command topic is where they may be.
"""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from argon2 import PasswordHasher
from httpx import AsyncClient
from pydantic import SecretStr
from pymongo import MongoClient

from services.queue.handlers.lookup import holder_in, person
from services.queue.routes import ROUTES
from shared.auth.keys import derive_key
from shared.clock import system_clock
from shared.contracts.message import commands_topic, dead_topic, events_topic
from shared.contracts.queue import EVENTS, AddStaff, ConfigureOffice, QueueCommand
from shared.messaging.kafka import Publisher, new_broker
from shared.messaging.memory import MemoryStore
from shared.messaging.store import Published
from shared.messaging.tail import Gateway, Tail
from shared.messaging.work import Work
from shared.settings import Settings
from tests.chaos.programs import Program, started
from tests.queue.forms import send, visit
from tests.queue.running import API, HTML, of, problem_of, sign_in
from tests.queue.slots import with_slots
from tests.support.code_gateway import TOKEN, CodeGateway, code_gateway
from tests.support.installation import PARTITIONS, fresh_settings, installed
from tests.support.waiting import until

OFFICE = "polres-rahasia"
PHONE, WRITTEN = "+6281395170428", "0813 9517 0428"
PASSWORD, WRONG_PASSWORD = "Kenari-kata-sandi-31", "Kenari-salah-ketik-77"
PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
USERNAME, DISPLAY_NAME = "kenari.petugas", "Kenari Petugas Lengkap"
BROWSER = "KenariBrowser/9.1"

CANARIES = {
    "a telephone number": ("81395170428", "8139517", "0813 9517", "9517 0428"),
    "a password": (PASSWORD, WRONG_PASSWORD),
    "a password's hash": (PASSWORD_HASH,),
    "a user name": (USERNAME,),
    "a display name": (DISPLAY_NAME, "Petugas Lengkap"),
    "a device": (BROWSER,),
}


@dataclass
class Day:
    """A day at an office, and everything that the processes have let out of it."""

    settings: Settings
    told: dict[str, str] = field(default_factory=dict)
    """Where something was told → all of it."""
    secrets: dict[str, str] = field(default_factory=dict)
    """What was handed to one person alone."""
    served: str = ""
    """The ticket of who has gone."""
    waiting: str = ""
    """The ticket of who waits until the end."""
    appointment: str = ""
    """The appointment of who has proven a number."""
    codes: list[str] = field(default_factory=list)
    """What was sent to telephones."""

    def told_codes(self, text: str) -> list[str]:
        """The codes that stand in a text, unless as a part of a longer number or of a time."""
        return [code for code in self.codes if re.search(rf"(?<![\w.:+-]){code}(?![\w.])", text)]

    def found(self, place: str, canaries: dict[str, tuple[str, ...]] = CANARIES) -> list[str]:
        """The canaries that sing there."""
        text = self.told[place]
        sought = canaries | {name: (secret,) for name, secret in self.secrets.items()}
        return [
            f"{name}: …{text[max(0, text.find(word) - 80) : text.find(word) + 40]}…"
            for name, words in sought.items()
            for word in words
            if word in text
        ]


@pytest.fixture(scope="module")
async def day(whole_day: Settings, tmp_path_factory: pytest.TempPathFactory) -> Day:
    settings, folder = whole_day, tmp_path_factory.mktemp("privacy")
    day = Day(settings)
    with code_gateway() as gateway:
        own = {"log_level": "debug", "code_gateway": gateway.address, "code_gateway_token": SecretStr(TOKEN)}
        talkative = settings.model_copy(update=own)
        api, worker = Program("api", talkative, folder), Program("worker", talkative, folder)
        await a_day(day, api, worker, gateway)
    return day


async def a_day(day: Day, api: Program, worker: Program, gateway: CodeGateway) -> None:
    """What happens, and everything that was told of it."""
    settings = day.settings
    async with started(api, worker):
        await open_office(settings)
        async with (
            AsyncClient(base_url=api.address, timeout=30) as citizen,
            AsyncClient(base_url=api.address, timeout=30, headers=HTML, follow_redirects=True) as browser,
        ):
            browser.headers["user-agent"] = BROWSER
            shown = await at_the_api(citizen, day)
            await at_the_pages(browser, day)
            await by_appointment(citizen, browser, day, gateway)
            await what_is_refused(citizen, browser)
            await poison(settings)
            shown += [(await citizen.get(path)).text for path in public_addresses(day)]
            day.told["what everybody may see"] = "\n".join(shown)
            day.told["the API's metrics"] = (await citizen.get("/metrics")).text
            day.told["the worker's metrics"] = (await citizen.get(f"{worker.address}/metrics")).text
        day.told["events"] = "\n".join([line async for line in everything_on(settings, events_topic("queue"))])
        day.told["dead letters"] = "\n".join([line async for line in everything_on(settings, dead_topic("queue"))])
        await api.stop()
        await worker.stop()
    day.told["the API's log"] = api.log_text()
    day.told["the worker's log"] = worker.log_text()


@pytest.fixture(scope="module")
async def whole_day(kafka_address: str, mongo_address: str) -> AsyncIterator[Settings]:
    async with installed(fresh_settings(kafka_address, mongo_address), ["queue"]) as settings:
        yield settings


# The day --------------------------------------------------------------------------------------------------


async def open_office(settings: Settings) -> None:
    """An operator sets the office up and adds an officer."""
    gateway = Gateway(settings, "queue", Tail(EVENTS), clock=system_clock)
    commands: tuple[QueueCommand, ...] = (
        ConfigureOffice(office=OFFICE, plan=replace(with_slots(), id=OFFICE)),
        AddStaff(office=OFFICE, username=USERNAME, display_name=DISPLAY_NAME, password_hash=PASSWORD_HASH),
    )
    await gateway.start()
    try:
        for command in commands:
            await gateway.ask(command, id=str(uuid4()), actor="system")
    finally:
        await gateway.stop()


async def at_the_api(citizen: AsyncClient, day: Day) -> list[str]:
    """A citizen with a telephone number is called, missed, put back, served; everything is seen by its officer."""
    ticket = await citizen.post(f"{API}/tickets", json={"office": OFFICE, "service": "sim", "phone": WRITTEN})
    day.served = of(ticket, 201)["id"]
    day.secrets["a ticket's link"] = ticket.json()["link"].rpartition(".")[2]
    again = {"idempotency-key": (second := str(uuid4()))}
    body = {"office": OFFICE, "service": "sim", "phone": PHONE}
    problem_of(await citizen.post(f"{API}/tickets", json=body, headers=again), 409, "already-waiting")
    problem_of(await sign_in(citizen, OFFICE, USERNAME, WRONG_PASSWORD), 401, "wrong-password")
    token = of(await sign_in(citizen, OFFICE, USERNAME, PASSWORD), 201)["token"]
    day.secrets["a session's token"] = token
    counter = f"{API}/offices/{OFFICE}/counters/loket-1"
    officer = {"authorization": f"Bearer {token}"}
    of(await citizen.post(f"{counter}/sign-on", headers=officer), 200)
    for action in ("call-next", "no-show", "put-back", "call-next", "serve", "finish"):
        answer = await citizen.post(f"{counter}/{action}", headers=officer, json={"ticket": day.served})
        assert answer.status_code == 200, answer.text
    day.waiting = of(await citizen.post(f"{API}/tickets", json=body), 201)["id"]
    status = (await citizen.get(f"{API}/commands/{second}")).text
    board = (await citizen.get(f"{API}/offices/{OFFICE}/board")).text
    return [status, board]


async def at_the_pages(browser: AsyncClient, day: Day) -> None:
    """The same by forms."""
    address = f"/queue/offices/{OFFICE}/services/skck"
    ticket = await send(browser, (await visit(browser, address)).form(address), phone=WRITTEN)
    day.secrets["a ticket's link of a page"] = ticket.path.rpartition(".")[2]
    sign_in_form = (await visit(browser, "/queue/sign-in")).form("/queue/sign-in")
    for password in (WRONG_PASSWORD, PASSWORD):
        await send(browser, sign_in_form, office=OFFICE, username=USERNAME, password=password)
    day.secrets["a session's cookie"] = browser.cookies["queue_session"]
    day.secrets["a form's secret"] = browser.cookies["csrf"]
    counter = await visit(browser, "/queue/counters/loket-3")
    counter = await send(browser, counter.first_form("/sign-on"))
    called = await send(browser, counter.form("/call-next"))
    assert called.state == "called"
    await send(browser, ticket.form("/cancel"))


async def by_appointment(citizen: AsyncClient, browser: AsyncClient, day: Day, gateway: CodeGateway) -> None:
    """Numbers are proven, by the API and by pages, with wrong codes too; and codes that cannot be sent."""
    slots = of(await citizen.get(f"{API}/offices/{OFFICE}/services/sim/slots"), 200)
    slot, other = [found["begins"] for found in slots[1]["slots"][:2]]
    challenge = of(await citizen.post(f"{API}/phones/codes", json={"phone": WRITTEN}), 201)["challenge"]
    answer = {"phone": WRITTEN, "challenge": challenge}
    wrong = answer | {"code": gateway.another_code()}
    problem_of(await citizen.post(f"{API}/phones/proofs", json=wrong), 403, "code-wrong")
    broken = answer | {"code": gateway.code(), "phone": f"{WRITTEN} ext. 9"}
    problem_of(await citizen.post(f"{API}/phones/proofs", json=broken), 422, "invalid")
    proof = of(await citizen.post(f"{API}/phones/proofs", json=answer | {"code": gateway.code()}), 201)["proof"]
    body = {"office": OFFICE, "service": "sim", "slot": slot, "phone": WRITTEN}
    problem_of(await citizen.post(f"{API}/appointments", json=body), 403, "phone-unproven")
    booked = of(await citizen.post(f"{API}/appointments", json=body | {"proof": proof}), 201)
    day.appointment = booked["id"]
    problem_of(
        await citizen.post(f"{API}/appointments", json=body | {"proof": proof, "slot": other}), 409, "already-booked"
    )
    address = f"/queue/offices/{OFFICE}/services/sim/appointments"
    form = (await visit(browser, f"{address}?day={slot[:10]}")).form(address)
    page = await send(browser, form, slot=other, phone=WRITTEN)
    assert (await send(browser, page.form("/proof"), code=gateway.another_code())).status == 422
    assert (await send(browser, page.form("/proof"), code=gateway.code())).status == 409
    gateway.answers = 500
    problem_of(await citizen.post(f"{API}/phones/codes", json={"phone": "+6281395170429"}), 503, "code-not-sent")
    day.codes = [gateway.code(n) for n in range(3)]
    day.secrets |= {"a challenge": challenge.partition(".")[2], "a proof": proof.partition(".")[2]}
    day.secrets["the gateway's token"] = TOKEN


async def what_is_refused(citizen: AsyncClient, browser: AsyncClient) -> None:
    """Requests that are wrong in the very fields that are personal."""
    for body in (
        {"office": OFFICE, "service": "sim", "phone": f"{WRITTEN} ext. 9"},
        {"office": OFFICE, "service": "sim", "telephone": PHONE},
        {"office": OFFICE, "service": WRITTEN},
        {"office": PHONE, "service": "sim"},
        WRITTEN,
    ):
        assert (await citizen.post(f"{API}/tickets", json=body)).status_code == 422
    broken = f'{{"phone": "{PHONE}"'
    await citizen.post(f"{API}/tickets", content=broken, headers={"content-type": "application/json"})
    await citizen.post(f"{API}/sessions", json={"office": OFFICE, "username": USERNAME, "password": [PASSWORD]})
    await citizen.get(f"{API}/offices/{PHONE}")
    await citizen.get(f"/queue/nothing/{WRITTEN}?phone={PHONE}&password={PASSWORD}")
    await citizen.get(f"{API}/offices/{OFFICE}", headers={"x-request-id": PHONE, "traceparent": PHONE})
    address = f"/queue/offices/{OFFICE}/services/sim"
    form = (await visit(browser, address)).form(address)
    await send(browser, form, phone=f"{WRITTEN} ext. 9")
    await send(browser, form, phone=WRITTEN, csrf="wrong")


async def poison(settings: Settings) -> None:
    """Commands that nobody can handle, with personal data where it is and where it is not expected."""
    broker = new_broker(settings)
    await broker.start()
    try:
        headers = {
            "ce_specversion": "1.0",
            "ce_type": "kentongan.queue.TakeTicket.v1",
            "ce_id": "poison",
            "ce_source": "/test",
        }
        broken = f'{{"office": "{OFFICE}", "service": 7, "phone": "{PHONE}"}}'.encode()
        variants = [
            (broken, headers),
            (b"{}", headers | {"ce_type": f"kentongan.queue.{PHONE}.v1"}),
            (broken, headers | {"ce_actor": f"staff/{DISPLAY_NAME}"}),
            (broken, headers | {"ce_id": PHONE}),
        ]
        await Publisher(broker).publish(
            [
                Published(
                    settings.topic(commands_topic("queue")),
                    OFFICE.encode(),
                    value,
                    tuple((name, text.encode()) for name, text in head.items()),
                )
                for value, head in variants
            ]
        )
    finally:
        await broker.stop()

    async def all_buried() -> bool:
        return len([line async for line in everything_on(settings, dead_topic("queue"))]) >= len(variants)

    await until(all_buried, within=30, what="the poison is buried")


def public_addresses(day: Day) -> Iterator[str]:
    """What needs neither a link nor a sign-in."""
    yield from ("/queue/", "/queue/sign-in", "/queue/api", "/queue/openapi.json", "/queue/asyncapi.json")
    yield from (f"/queue/offices/{OFFICE}", f"/queue/offices/{OFFICE}/board")
    yield from (f"/queue/offices/{OFFICE}/services/sim", f"{API}/offices/{OFFICE}/services/sim")
    yield from (f"{API}/offices", f"{API}/offices/{OFFICE}", f"{API}/offices/{OFFICE}/board")
    yield from ("/healthz", "/readyz")


async def everything_on(settings: Settings, topic: str) -> AsyncIterator[str]:
    """Each message of a topic: key, headers and value as a text."""
    consumer = AIOKafkaConsumer(bootstrap_servers=settings.kafka)
    await consumer.start()
    try:
        places = [TopicPartition(settings.topic(topic), number) for number in range(PARTITIONS)]
        ends = await consumer.end_offsets(places)
        for place in places:
            consumer.assign([place])
            consumer.seek(place, 0)
            while await consumer.position(place) < ends[place]:
                record = await consumer.getone()
                yield f"{record.key!r} {record.headers!r} {record.value!r}"
    finally:
        await consumer.stop()


# What is found --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "place",
    [
        "events",
        "the API's log",
        "the worker's log",
        "the API's metrics",
        "the worker's metrics",
        "what everybody may see",
    ],
)
async def test_nobody_is_told_there(day: Day, place: str) -> None:
    assert day.told[place]
    assert day.found(place) == []
    assert day.told_codes(day.told[place]) == []


async def test_the_day_was_told_all_the_same(day: Day) -> None:
    for event in ("TicketTaken", "CommandRefused", "TicketMissed", "TicketPutBack", "ServingFinished", "StaffAdded"):
        assert event in day.told["events"]
    assert "dead letter" in day.told["the worker's log"]
    assert "kentongan_dead_letters_total" in day.told["the worker's metrics"]


async def test_a_dead_letter_s_reason_repeats_nothing_of_the_message(day: Day) -> None:
    """The original is kept as it came, for the operator. What is said about it goes into logs too."""
    letters = day.told["dead letters"].splitlines()
    assert len(letters) == 4
    for letter in letters:
        if "unknown-type" in letter:  # which has to be named
            continue
        reason = letter.partition("'dead_reason', b")[2].partition("), (")[0]
        assert reason
        assert not any(word in reason for words in CANARIES.values() for word in words), reason


async def test_the_database_keeps_a_keyed_hash_of_a_telephone_number_and_no_more(day: Day) -> None:
    documents = list(everything_kept(day.settings))
    kept = "\n".join(repr(document) for _, document in documents)
    sought = {name: CANARIES[name] for name in ("a telephone number", "a password")}
    day.told["the database"] = kept
    assert day.found("the database", sought) == []
    tickets = {document["_id"]: document for name, document in documents if name == "tickets"}
    waiting, served = tickets[day.waiting], tickets[day.served]
    assert waiting["claim"] == waiting["holder"] == pseudonym(day.settings.secret_key, waiting["line"])
    assert waiting["holder"] != pseudonym(SecretStr("another secret, of another installation"), waiting["line"])
    assert served.get("claim") is served.get("holder") is None, "of who has been served not even the hash is kept"


async def test_the_database_keeps_that_a_number_was_proven_and_no_code(day: Day) -> None:
    documents = list(everything_kept(day.settings))
    kept = "\n".join(repr(document) for _, document in documents)
    assert len(day.codes) == 3
    assert day.told_codes(kept) == []
    assert not [name for name, secret in day.secrets.items() if name in ("a challenge", "a proof") and secret in kept]
    assert [d["_id"] for name, d in documents if name == "code_tries" and len(d["_id"]) != 32] == []
    (appointment,) = [document for name, document in documents if name == "appointments"]
    assert (appointment["_id"], appointment["proven"]) == (day.appointment, True)


async def test_the_command_topic_knows_no_code(day: Day) -> None:
    """The number must be on it, for its worker; what proves it need not be."""
    topic = commands_topic("queue")
    commands = "\n".join([line async for line in everything_on(day.settings, topic)])
    assert PHONE in commands
    assert day.told_codes(commands) == []
    assert not [name for name in ("a challenge", "a proof") if day.secrets[name] in commands]


def pseudonym(secret: SecretStr, line: str) -> str:
    """Under what the worker of an installation knows the telephone number in a line."""
    work = Work(MemoryStore(ROUTES.kinds), ROUTES.kinds, key=derive_key(secret, "queue/pseudonyms"))
    return holder_in(line, person(PHONE, work), work)


async def test_a_password_is_kept_as_its_hash_in_the_account_alone(day: Day) -> None:
    holding = {name for name, document in everything_kept(day.settings) if PASSWORD_HASH in repr(document)}
    assert holding == {"staff"}


async def test_a_name_is_kept_in_the_account_alone(day: Day) -> None:
    holding = {name for name, document in everything_kept(day.settings) if DISPLAY_NAME in repr(document)}
    assert holding == {"staff"}


def everything_kept(settings: Settings) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every document of the service, with its collection."""
    with MongoClient[dict[str, Any]](settings.mongo) as client:
        database = client[settings.database("queue")]
        for name in database.list_collection_names():
            for document in database[name].find():
                yield name, document
