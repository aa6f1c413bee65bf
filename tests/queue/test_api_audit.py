"""The journal tells of every transition who made it, when, and from which counter."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from httpx import AsyncClient

from shared.contracts.message import Command
from shared.contracts.queue import (
    AddStaff,
    CallNext,
    CancelTicket,
    CloseLine,
    FinishTicket,
    MarkNoShow,
    PutBackTicket,
    ServeTicket,
    TakeTicket,
)
from tests.queue.running import API, Office, Officer, Site, of, problem_of, with_key

CITIZEN = "citizen"
SARI = "staff/sari"


async def test_every_transition_has_its_actor_time_and_counter(
    site: Site, office: Office, officer: Officer, manager: Officer, citizen: AsyncClient
) -> None:
    began = datetime.now(UTC) - timedelta(seconds=1)
    done: list[tuple[str, type[Command], str]] = []

    async def act(action: str, counter: str, type_: type[Command], **body: str) -> None:
        key = str(uuid4())
        of(await officer.act(action, counter, key=key, **body), 200)
        done.append((key, type_, f"{SARI}/{counter}"))

    async def take(phone: str | None = None) -> str:
        key = str(uuid4())
        of(await office.take(citizen, phone=phone, key=key), 201)
        done.append((key, TakeTicket, CITIZEN))
        return key

    first, second = await take("081234567890"), await take()
    await act("call-next", "loket-2", CallNext)
    await act("no-show", "loket-2", MarkNoShow)
    await act("put-back", "loket-1", PutBackTicket, ticket=first)
    await act("call-next", "loket-1", CallNext)
    await act("serve", "loket-1", ServeTicket)
    await act("finish", "loket-1", FinishTicket)
    cancelling = str(uuid4())
    address = f"{API}/tickets/{site.queue.links.token(first)}/cancel"
    of(await citizen.post(address, headers=with_key(cancelling)), 200)
    done.append((cancelling, CancelTicket, CITIZEN))
    closing = str(uuid4())
    of(await manager.client.post(f"{office.path}/services/sim/close", headers=with_key(closing)), 200)
    done.append((closing, CloseLine, "staff/maria"))

    times = []
    for key, type_, actor in done:
        entry = await site.journal(key)
        assert (entry.type, entry.outcome, entry.actor) == (type_.type(), "accepted", actor)
        assert (entry.about, len(entry.events)) == (office.id, 1)
        assert began < entry.issued_at <= entry.handled_at <= datetime.now(UTC)
        times.append(entry.handled_at)
    assert times == sorted(times)
    assert second


async def test_a_refusal_is_audited_too(site: Site, office: Office, officer: Officer) -> None:
    key = str(uuid4())
    problem_of(await officer.act("call-next", "loket-3", key=key), 409, "nobody-waiting")
    entry = await site.journal(key)
    assert (entry.outcome, entry.actor) == ("nobody-waiting", f"{SARI}/loket-3")


async def test_the_request_s_own_identifier_leads_to_the_journal_and_the_events(
    site: Site, office: Office, citizen: AsyncClient
) -> None:
    key, request = str(uuid4()), f"request-{uuid4()}"
    trace = "0af7651916cd43dd8448eb211c80319c"
    headers = {"x-request-id": request, "traceparent": f"00-{trace}-b7ad6b7169203331-01", **with_key(key)}
    answer = await citizen.post(f"{API}/tickets", json={"office": office.id, "service": "sim"}, headers=headers)
    assert of(answer, 201)["id"] == key
    assert answer.headers["x-request-id"] == request
    entry = await site.journal(key)
    assert entry.correlation_id == request
    (event,) = entry.events
    told = {name: value.decode() for name, value in event.headers}
    assert (told["ce_correlationid"], told["ce_causationid"], told["ce_id"]) == (request, key, f"{key}:1")
    assert told["traceparent"].split("-")[1] == trace


async def test_an_officer_can_not_claim_to_be_another(site: Site, office: Office, officer: Officer) -> None:
    key = str(uuid4())
    officer.client.headers["ce_actor"] = "staff/boss/loket-2"
    problem_of(await officer.act("call-next", key=key), 409, "nobody-waiting")
    assert (await site.journal(key)).actor == f"{SARI}/loket-1"


async def test_adding_staff_is_audited_without_the_password(site: Site, office: Office) -> None:
    key = str(uuid4())
    command = AddStaff(office=office.id, username="budi", display_name="Budi", password_hash="$argon2id$canary")
    await site.queue.gateway.ask(command, id=key, actor="system")
    entry = await site.journal(key)
    assert entry.actor == "system"
    assert "canary" not in repr(entry)
    assert "budi" not in repr(entry).lower()
