"""The staff's JSON API: what each role may do, accounts, passwords, and sessions that end when they should."""

import asyncio
from uuid import uuid4

import pytest
from httpx import AsyncClient, Response

from shared.contracts.queue import AssignRoles, RemoveStaff, Role
from tests.queue.running import API, PASSWORD, Office, Officer, Site, of, problem_of, sign_in, with_key
from tests.support.waiting import until

NEW = "a new password for tests"
STAFF = f"{API}/staff"
SESSIONS = f"{API}/sessions"
ROLES: tuple[Role, ...] = ("officer", "manager", "administrator")


@pytest.fixture
async def administrator(office: Office) -> AsyncClient:  # type: ignore[misc]
    async with office.officer("kepala", role="administrator") as administrator:
        yield administrator.client


async def bearer(client: AsyncClient, answer: Response, status: int = 201) -> AsyncClient:
    client.headers["authorization"] = f"Bearer {of(answer, status)['token']}"
    return client


async def test_each_role_may_do_what_the_table_says(office: Office) -> None:
    ways = {
        "call": ("POST", f"{office.path}/counters/loket-1/call-next", "work-at-counters"),
        "look": ("GET", f"{office.path}/counters/loket-1", "work-at-counters"),
        "close": ("POST", f"{office.path}/services/sim/close", "close-lines"),
        "list": ("GET", STAFF, "manage-staff"),
        "see": ("GET", f"{STAFF}/officer", "manage-staff"),
        "remove": ("DELETE", f"{STAFF}/nobody", "manage-staff"),
        "renew": ("POST", f"{STAFF}/nobody/password", "manage-staff"),
    }
    for role in ROLES:
        async with office.officer(role, role=role) as person:
            rights = of(await person.client.get(f"{SESSIONS}/current"), 200)["rights"]
            for method, address, right in ways.values():
                answer = await person.client.request(method, address)
                assert (answer.status_code == 403) == (right not in rights), (role, address)
    async with office.site.client() as stranger:
        for method, address, _ in ways.values():
            problem_of(await stranger.request(method, address), 401, "sign-in-needed")


# Accounts -------------------------------------------------------------------------------------------------


async def test_a_person_is_added_chooses_a_password_and_works(
    site: Site, office: Office, administrator: AsyncClient
) -> None:
    body = {"username": "sari", "display_name": "Sari Dewi", "roles": ["manager", "officer"]}
    added = await administrator.post(STAFF, json=body)
    password = of(added, 201)["password"]
    assert added.headers["cache-control"] == "no-store"
    listed = {person["username"]: person for person in of(await administrator.get(STAFF), 200)}
    assert listed["sari"] == body | {"roles": ["manager", "officer"], "one_time": True}
    async with site.client() as sari:
        await bearer(sari, await sign_in(sari, office.id, "sari", password))
        problem_of(await sari.get(f"{office.path}/counters/loket-1"), 403, "password-to-be-chosen")
        problem_of(await sari.post(f"{office.path}/services/sim/close"), 403, "password-to-be-chosen")
        assert of(await sari.get(f"{SESSIONS}/current"), 200)["one_time"] is True
        await bearer(sari, await sari.post(f"{API}/password", json={"current": password, "new": NEW}), 200)
        assert of(await sari.get(f"{office.path}/counters/loket-1"), 200)["person"] is None
        problem_of(await sign_in(sari, office.id, "sari", password), 401, "wrong-password")
    assert of(await administrator.get(f"{STAFF}/sari"), 200)["one_time"] is False


async def test_a_user_name_that_is_taken_is_not_taken_over(office: Office, administrator: AsyncClient) -> None:
    await office.add_staff("sari", role="manager")
    body = {"username": "sari", "display_name": "Somebody Else"}
    problem_of(await administrator.post(STAFF, json=body), 409, "username-taken")
    assert of(await administrator.get(f"{STAFF}/sari"), 200)["roles"] == ["manager"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"username": "Sari"},
        {"username": "s"},
        {"username": "a:b"},
        {"display_name": ""},
        {"display_name": "x" * 81},
        {"roles": []},
        {"roles": ["chief"]},
        {"password": "chosen by the administrator"},
    ],
)
async def test_what_is_no_account_is_told_so(administrator: AsyncClient, wrong: dict[str, object]) -> None:
    body = {"username": "sari", "display_name": "Sari", **wrong}
    problem_of(await administrator.post(STAFF, json=body), 422, "invalid")


async def test_administrators_are_strangers_to_another_office(
    site: Site, office: Office, administrator: AsyncClient
) -> None:
    elsewhere = await site.open_office()
    await elsewhere.add_staff("sari")
    problem_of(await administrator.get(f"{STAFF}/sari"), 404, "staff-unknown")
    problem_of(await administrator.delete(f"{STAFF}/sari"), 404, "staff-unknown")
    problem_of(await administrator.post(f"{STAFF}/sari/password"), 404, "staff-unknown")
    assert [person["username"] for person in of(await administrator.get(STAFF), 200)] == ["kepala"]
    async with site.client() as sari:
        of(await sign_in(sari, elsewhere.id, "sari"), 201)


@pytest.mark.parametrize(("method", "part"), [("DELETE", ""), ("PUT", "/roles"), ("POST", "/password")])
async def test_administrators_do_not_change_their_own_rights(
    administrator: AsyncClient, method: str, part: str
) -> None:
    body = {"roles": ["officer"]} if part == "/roles" else None
    problem_of(await administrator.request(method, f"{STAFF}/kepala{part}", json=body), 409, "own-account")
    assert of(await administrator.get(f"{SESSIONS}/current"), 200)["roles"] == ["administrator"]


async def test_a_change_is_audited_under_the_administrator_s_name(
    site: Site, office: Office, administrator: AsyncClient
) -> None:
    await office.add_staff("sari")
    key = str(uuid4())
    answer = await administrator.delete(f"{STAFF}/sari", headers=with_key(key))
    assert answer.status_code == 204
    entry = await site.journal(key)
    assert (entry.actor, entry.outcome) == ("staff/kepala", "accepted")
    problem_of(await administrator.get(f"{STAFF}/sari"), 404, "staff-unknown")


# Sessions end at once --------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", ["remove", "password", "roles"])
async def test_what_an_administrator_changes_ends_the_person_s_sessions_at_once(
    site: Site, office: Office, administrator: AsyncClient, change: str
) -> None:
    async with office.officer("sari") as sari, office.officer("budi") as budi:
        if change == "remove":
            assert (await administrator.delete(f"{STAFF}/sari")).status_code == 204
        elif change == "password":
            of(await administrator.post(f"{STAFF}/sari/password"), 201)
        else:
            of(await administrator.put(f"{STAFF}/sari/roles", json={"roles": ["manager"]}), 200)
        problem_of(await sari.client.get(f"{SESSIONS}/current"), 401, "sign-in-needed")
        of(await budi.client.get(f"{SESSIONS}/current"), 200)
    async with site.client() as again:
        answer = await sign_in(again, office.id, "sari")
        assert answer.status_code == (201 if change == "roles" else 401)


async def test_sessions_are_forgotten_by_the_event_before_anybody_asks(site: Site, office: Office) -> None:
    async with office.officer("sari"):
        user = f"{office.id}:sari"
        assert len(await site.staff.sessions.of(user)) == 1
        await site.do(AssignRoles(office=office.id, username="sari", roles=("manager",)))

        async def gone() -> bool:
            return not await site.staff.sessions.of(user)

        await until(gone, what="the session is forgotten")


async def test_a_session_is_void_also_where_no_process_heard_the_event(site: Site, office: Office) -> None:
    async with office.officer("sari") as sari:
        (before,) = await site.staff.sessions.of(f"{office.id}:sari")
        await site.do(RemoveStaff(office=office.id, username="sari"))
        await office.add_staff("sari", password=NEW)
        token = await site.staff.sessions.start(before.user, account=before.account, revision=before.revision)
        sari.client.headers["authorization"] = f"Bearer {token}"
        problem_of(await sari.client.get(f"{SESSIONS}/current"), 401, "sign-in-needed")


async def test_an_open_stream_of_a_removed_person_ends(site: Site, office: Office) -> None:
    async with office.officer("sari") as sari:
        address = f"{office.path}/counters/loket-1/stream"
        stream = asyncio.create_task(sari.client.get(address))  # ends only when the server ends it
        hub = site.app.state.web.hub
        await until(lambda: any(topic.startswith("account/") for topic in hub.topics()), what="the stream is open")
        await site.do(RemoveStaff(office=office.id, username="sari"))
        assert (await asyncio.wait_for(stream, 10)).status_code == 200
        problem_of(await sari.client.get(address), 401, "sign-in-needed")


# One's own ------------------------------------------------------------------------------------------------


async def test_one_s_sessions_are_listed_and_ended(site: Site, office: Office, officer: Officer) -> None:
    async with site.client(headers={"user-agent": "Old Phone"}) as phone, site.client() as tablet:
        for client in (phone, tablet):
            await bearer(client, await sign_in(client, office.id, "sari"))
        listed = of(await officer.client.get(SESSIONS), 200)
        assert [session["current"] for session in listed] == [False, False, True]
        (old,) = [session for session in listed if session["device"] == "Old Phone"]
        assert (await officer.client.delete(f"{SESSIONS}/{old['id']}")).status_code == 204
        problem_of(await phone.get(SESSIONS), 401, "sign-in-needed")
        problem_of(await officer.client.delete(f"{SESSIONS}/{old['id']}"), 404, "not-found")
        assert (await officer.client.delete(SESSIONS)).status_code == 204
        problem_of(await tablet.get(SESSIONS), 401, "sign-in-needed")
        assert [session["current"] for session in of(await officer.client.get(SESSIONS), 200)] == [True]


async def test_nobody_sees_or_ends_another_s_sessions(office: Office, officer: Officer, manager: Officer) -> None:
    (own,) = of(await officer.client.get(SESSIONS), 200)
    assert own["id"] not in str(of(await manager.client.get(SESSIONS), 200))
    problem_of(await manager.client.delete(f"{SESSIONS}/{own['id']}"), 404, "not-found")
    of(await officer.client.get(SESSIONS), 200)


async def test_a_new_password_of_one_s_own_ends_every_session_but_the_new_one(
    site: Site, office: Office, officer: Officer
) -> None:
    async with site.client() as other:
        await bearer(other, await sign_in(other, office.id, "sari"))
        changed = await other.post(f"{API}/password", json={"current": PASSWORD, "new": NEW})
        problem_of(await officer.client.get(SESSIONS), 401, "sign-in-needed")
        problem_of(await other.get(SESSIONS), 401, "sign-in-needed")
        await bearer(other, changed, 200)
        assert [session["current"] for session in of(await other.get(SESSIONS), 200)] == [True]
        problem_of(await sign_in(other, office.id, "sari"), 401, "wrong-password")
        of(await sign_in(other, office.id, "sari", NEW), 201)


@pytest.mark.parametrize(("new", "status"), [("short", 422), ("x" * 201, 422), (PASSWORD, 422)])
async def test_a_password_that_will_not_do_is_told_at_its_field(officer: Officer, new: str, status: int) -> None:
    told = problem_of(
        await officer.client.post(f"{API}/password", json={"current": PASSWORD, "new": new}), status, "invalid"
    )
    assert [error["field"] for error in told["errors"]] == ["new"]
    of(await officer.client.get(SESSIONS), 200)


@pytest.mark.usefixtures("long_waits")
async def test_whoever_took_a_session_cannot_guess_the_password_by_it(office: Office) -> None:
    async with office.officer("sari", address="203.0.113.9") as thief:
        body = {"current": "a guess", "new": NEW}
        answers = [await thief.client.post(f"{API}/password", json=body) for _ in range(7)]
        assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 2
