"""Whatever a client sends, it is answered by a problem that it can act on, never by a 500."""

import json

import pytest
from httpx import AsyncClient, Response

from tests.queue.running import API, Office, Officer, of, problem_of

JSON = {"content-type": "application/json"}


def is_problem(answer: Response) -> bool:
    """Whether an answer is a problem as RFC 9457 describes it, with the headers that every answer has."""
    told = json.loads(answer.content)
    return (
        400 <= answer.status_code < 500
        and answer.headers["content-type"] == "application/problem+json"
        and told["status"] == answer.status_code
        and told["type"].startswith("urn:kentongan:problem:")
        and bool(told["title"])
        and told["instance"] == f"urn:kentongan:request:{answer.headers['x-request-id']}"
        and answer.headers["cache-control"] == "no-store"
        and answer.headers["x-content-type-options"] == "nosniff"
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"17",
        b"NaN",
        b"\xff\xfe",
        b"\x00",
        b'{"office": "a", "office": }',
        b'{"office": "\\ud800", "service": "sim"}',
        b'{"office": "a\\u0000b", "service": "sim"}',
        b'{"office": {"$ne": null}, "service": "sim"}',
        b'{"office": ["a"], "service": 1}',
        b"[" * 5_000 + b"]" * 5_000,
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
        b'{"office": "a", "service": ' + b"9" * 5_000 + b"}",
        json.dumps({"office": "a" * 60_000, "service": "sim"}).encode(),
        "\ufeff{}".encode(),
    ],
    ids=lambda body: repr(body[:32]),
)
async def test_a_body_that_makes_no_sense_is_told_so(citizen: AsyncClient, body: bytes) -> None:
    answer = await citizen.post(f"{API}/tickets", content=body, headers=JSON)
    assert answer.status_code in (400, 422)
    assert is_problem(answer)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"office": None}, "office"),
        ({"office": 17}, "office"),
        ({"office": ""}, "office"),
        ({"office": "A"}, "office"),
        ({"office": "a" * 41}, "office"),
        ({"office": "-a"}, "office"),
        ({"office": "a\n"}, "office"),
        ({"service": True}, "service"),
        ({"phone": 81234567890}, "phone"),
        ({"phone": {"number": "0812"}}, "phone"),
        ({"phone": "0" * 33}, "phone"),
        ({"telephone": "081234567890"}, "telephone"),
        ({"id": "chosen-by-the-client"}, "id"),
    ],
    ids=str,
)
async def test_each_wrong_field_is_named(
    office: Office, citizen: AsyncClient, change: dict[str, object], field: str
) -> None:
    body = {"office": office.id, "service": "sim"} | change
    told = problem_of(await citizen.post(f"{API}/tickets", json=body), 422, "invalid")
    assert [error["field"] for error in told["errors"]] == [field]
    assert all(error["message"] for error in told["errors"])


async def test_everything_that_is_missing_is_named_at_once(citizen: AsyncClient) -> None:
    told = problem_of(await citizen.post(f"{API}/tickets", json={}), 422, "invalid")
    assert [error["field"] for error in told["errors"]] == ["office", "service"]


async def test_a_problem_does_not_repeat_what_was_sent(office: Office, citizen: AsyncClient) -> None:
    canary = "canary-9f1c"
    body = {"office": office.id, "service": canary.upper(), "phone": f"0812 {canary}", "note": canary}
    assert canary not in (await citizen.post(f"{API}/tickets", json=body)).text.lower()


@pytest.mark.parametrize("type_", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "?"])
async def test_only_json_is_read(office: Office, citizen: AsyncClient, type_: str) -> None:
    body = json.dumps({"office": office.id, "service": "sim"})
    answer = await citizen.post(f"{API}/tickets", content=body, headers={"content-type": type_})
    assert answer.status_code in (415, 422)
    assert is_problem(answer)
    assert of(await citizen.get(office.path), 200)["services"][0]["waiting"] == 0


@pytest.mark.parametrize("declared", [None, "70000", "9" * 30, "-1", "many"])
async def test_a_huge_body_is_not_read(citizen: AsyncClient, declared: str | None) -> None:
    async def endless() -> object:
        for _ in range(100):
            yield b" " * 1024

    headers = JSON if declared is None else JSON | {"content-length": declared}
    answer = await citizen.post(f"{API}/tickets", content=endless(), headers=headers)  # type: ignore[arg-type]
    problem_of(answer, 413, "too-large")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/tickets"),
        ("PUT", "/tickets"),
        ("DELETE", "/offices"),
        ("PATCH", "/offices/a"),
        ("POST", "/offices/a/board"),
        ("PUT", "/sessions"),
        ("TRACE", "/offices"),
        ("BREW", "/offices"),
        ("OPTIONS", "/tickets"),
    ],
)
async def test_an_address_is_used_in_its_own_way_only(citizen: AsyncClient, method: str, path: str) -> None:
    answer = await citizen.request(method, f"{API}{path}")
    problem_of(answer, 405, "method-not-allowed")
    assert answer.headers["allow"]


@pytest.mark.parametrize("path", ["/", "", "/nothing", "/tickets/", "/../../etc/passwd", "//", "/offices/a/b/c/d"])
async def test_where_nothing_is_there_is_nothing(citizen: AsyncClient, path: str) -> None:
    problem_of(await citizen.get(f"{API}{path}"), 404, "not-found")


HOSTILE = (
    "%00",
    "a%00b",
    "%ED%A0%80",
    "%FF",
    "%F0%9F%98%80",
    "..%2F..",
    "a" * 3_000,
    "%0d%0aX-A:%201",
    "$ne",
    "{}",
    "A",
)


@pytest.mark.parametrize("part", HOSTILE)
async def test_a_hostile_address_is_nowhere(citizen: AsyncClient, officer: Officer, part: str) -> None:
    for address in (
        f"/offices/{part}",
        f"/offices/{part}/board",
        f"/offices/{part}/board/stream",
        f"/offices/{officer.office.id}/services/{part}",
        f"/tickets/{part}",
        f"/tickets/{part}/stream",
        f"/tickets/{part}.{part}",
    ):
        answer = await citizen.get(f"{API}{address}")
        assert answer.status_code in (404, 422), address
        assert is_problem(answer)
    for client, address in (
        (citizen, f"/tickets/{part}/cancel"),
        (officer.client, f"/offices/{part}/counters/loket-1/call-next"),
        (officer.client, f"/offices/{officer.office.id}/counters/{part}/call-next"),
        (officer.client, f"/offices/{officer.office.id}/counters/loket-1/{part}"),
        (officer.client, f"/offices/{officer.office.id}/services/{part}/close"),
    ):
        answer = await client.post(f"{API}{address}")
        assert answer.status_code in (403, 404, 422), address
        assert is_problem(answer)


@pytest.mark.parametrize("ticket", ["", "x", "\x00", "\ud800", "a" * 65, "{}", "5b5aa37d-529c-4d68-a7eb-cf90cb0dd882"])
async def test_a_hostile_ticket_is_put_back_nowhere(officer: Officer, ticket: str) -> None:
    address = f"{officer.office.path}/counters/loket-1/put-back"
    answer = await officer.client.post(address, content=json.dumps({"ticket": ticket}), headers=JSON)
    assert answer.status_code in (404, 422)
    assert is_problem(answer)


@pytest.mark.parametrize(
    "headers",
    [
        {"accept-language": "\xff" * 500},
        {"accept-language": "en;q=inf, id;q=nan, *"},
        {"cookie": "lang=\x01; queue_session=\xff; csrf"},
        {"traceparent": "00-0-0-0"},
        {"x-request-id": "a\tb" * 50},
        {"authorization": "Basic YTpi"},
        {"authorization": "Bearer"},
        {"origin": "http://[::1"},
        {"host": ""},
        {"accept": "image/*"},
        {"if-none-match": '"' * 1000},
    ],
    ids=str,
)
async def test_a_strange_header_is_no_reason_to_fail(
    office: Office, citizen: AsyncClient, headers: dict[str, str]
) -> None:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    for answer in (
        await citizen.get(office.path, headers=raw),
        await citizen.post(f"{API}/tickets", json={"office": office.id, "service": "sim"}, headers=raw),
    ):
        assert answer.status_code in (200, 201, 403)
        assert is_problem(answer) or answer.status_code < 300


async def test_a_field_of_a_sign_in_that_is_no_text_is_told_so(office: Office, citizen: AsyncClient) -> None:
    for field, value in (("password", "a" * 201), ("password", None), ("username", "a" * 65), ("office", "\ud800")):
        body = {"office": office.id, "username": "sari", "password": "secret"} | {field: value}
        answer = await citizen.post(f"{API}/sessions", content=json.dumps(body), headers=JSON)
        told = problem_of(answer, 422, "invalid")
        assert [error["field"] for error in told["errors"]] == [field]
