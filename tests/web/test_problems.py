"""Every error is a problem: told in the reader's language, and never more than the reader needs."""

import json

import pytest
from httpx import AsyncClient

from tests.web.conftest import HTML, Logs, MakeApp, client_of

ORDERS = "/demo/api/v1/orders"


async def test_a_problem_has_the_members_of_rfc_9457(client: AsyncClient) -> None:
    answer = await client.get("/demo/api/v1/nowhere")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "urn:kentongan:problem:not-found",
        "title": "Tidak ada apa-apa di sini",
        "status": 404,
        "detail": "Mungkin alamatnya salah ketik, atau isinya sudah tidak ada.",
        "instance": f"urn:kentongan:request:{answer.headers['x-request-id']}",
    }


async def test_a_wrong_method_names_the_right_ones(client: AsyncClient) -> None:
    answer = await client.get(ORDERS)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "POST"
    assert answer.json()["type"] == "urn:kentongan:problem:method-not-allowed"


async def test_each_wrong_field_is_named_in_the_readers_language(client: AsyncClient) -> None:
    body = {"name": "x", "count": "many"}
    answer = await client.post(ORDERS, json=body, headers={"accept-language": "en"})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {"field": "name", "message": "This is too short."},
        {"field": "count", "message": "This must be a whole number."},
    ]
    answer = await client.post(ORDERS, json=body)
    assert answer.json()["errors"][0] == {"field": "name", "message": "Terlalu pendek."}


async def test_what_was_sent_is_never_repeated(client: AsyncClient) -> None:
    answer = await client.post(ORDERS, json={"name": ["a very private thing"]})
    assert answer.status_code == 422
    assert "private" not in answer.text


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 422),
        (b'{"name": "\xff\xfe"}', "application/json", 400),
        (b"\x00\x01\x02", "application/json", 422),
        (b'{"name": "\\ud800\\udfff oh"}', "application/json", 201),
        (b'{"name": "\\ud800 oh"}', "application/json", 422),
        (b"[" * 50_000, "application/json", 400),
        (b'{"count": 1' + b"0" * 9000 + b', "name": "abc"}', "application/json", 400),
        (b'{"count": NaN, "name": "abc"}', "application/json", 422),
        (b"null", "application/json", 422),
        (b"", "application/json", 422),
        (b"name=abc", "application/x-www-form-urlencoded", 415),
        (b'{"name": "abc"}', "text/plain", 415),
        (b'{"name": "abc"}', "", 415),
        (b'{"name": "abc"}', "application/json; charset=klingon", 201),
        (b"x", "multipart/form-data", 415),
        (b'{"name": "' + b"a" * 70_000 + b'"}', "application/json", 413),
    ],
)
async def test_a_hostile_body_is_the_senders_fault(
    client: AsyncClient, body: bytes, content_type: str, status: int
) -> None:
    answer = await client.post(ORDERS, content=body, headers={"content-type": content_type} if content_type else {})
    assert answer.status_code == status, answer.text
    if status >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        json.loads(answer.content)


@pytest.mark.parametrize("path", ["/demo/%ff%fe", "/demo/%00", "/demo/" + "a" * 5000, "/demo/..%2f..%2fetc", "//", "/"])
async def test_a_hostile_path_leads_nowhere(client: AsyncClient, path: str) -> None:
    assert (await client.get(path, headers=HTML)).status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"accept-language": "\xff;q=;;,,,q=nan;*;q=1e999"},
        {"accept": "\xff"},
        {"cookie": 'lang=\xff; csrf="\\'},
        {"content-length": "-1"},
        {"content-length": "9" * 400},
        {"traceparent": "00-" + "z" * 32 + "-0-0"},
        {"x-request-id": "\xff" * 40},
        {"origin": "http://[::1"},
    ],
)
async def test_a_hostile_header_breaks_nothing(client: AsyncClient, headers: dict[str, str]) -> None:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    page = await client.get("/demo/greeting", headers=raw)
    assert page.status_code == 200
    answer = await client.post(
        ORDERS, content=b'{"name": "abc"}', headers=[*raw, (b"content-type", b"application/json")]
    )
    assert answer.status_code in (201, 403, 413)


async def test_a_body_that_hides_its_length_is_cut_off_too(client: AsyncClient) -> None:
    async def endless() -> object:
        for _ in range(10_000):
            yield b"x" * 1024
        raise AssertionError("the whole body was read")

    answer = await client.post(ORDERS, content=endless(), headers={"content-type": "application/json"})  # type: ignore[arg-type]
    assert answer.status_code == 413


@pytest.mark.parametrize("how", ["refused", "declined"])
async def test_a_refusal_is_told_with_its_details(client: AsyncClient, how: str) -> None:
    answer = await client.post(f"/demo/api/v1/fail/{how}")
    assert answer.status_code == 409
    problem = answer.json()
    assert problem["type"] == "urn:kentongan:problem:shop-shut"
    assert problem["detail"] == "besok pukul 08.00"
    assert problem["details"] == {"time": "08.00"}


async def test_a_refusal_with_fewer_details_than_its_text_names_is_still_told(client: AsyncClient) -> None:
    problem = (await client.post("/demo/api/v1/fail/older")).json()
    assert problem["type"] == "urn:kentongan:problem:shop-shut"
    assert "detail" not in problem


async def test_a_refusal_nobody_has_put_into_words_is_still_a_conflict(client: AsyncClient) -> None:
    answer = await client.post("/demo/api/v1/fail/unknown")
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:kentongan:problem:never-heard-of"


async def test_a_broker_that_is_away_means_come_back_soon(client: AsyncClient) -> None:
    answer = await client.post("/demo/api/v1/fail/transient")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "10.0.0.7" not in answer.text


@pytest.mark.parametrize(
    ("how", "seconds", "indonesian", "english"),
    [
        ("at-once", "1", "1 detik", "1 second."),
        ("soon", "60", "60 detik", "60 seconds."),
        ("later", "91", "2 menit", "2 minutes."),
    ],
)
async def test_who_comes_too_often_is_told_when_it_goes_on(
    client: AsyncClient, how: str, seconds: str, indonesian: str, english: str
) -> None:
    for language, title, detail in (
        ("id", "Tunggu sebentar", f"Silakan coba lagi dalam {indonesian}."),
        ("en", "Please wait a moment", f"Please try again in {english}"),
    ):
        answer = await client.post(f"/demo/api/v1/fail/{how}", headers={"accept-language": language})
        assert (answer.status_code, answer.headers["retry-after"]) == (429, seconds)
        problem = answer.json()
        assert problem["type"] == "urn:kentongan:problem:too-many-requests"
        assert (problem["title"], problem["detail"]) == (title, detail)


async def test_a_command_that_takes_longer_has_an_address_of_its_outcome(client: AsyncClient, logs: Logs) -> None:
    answer = await client.post("/demo/api/v1/fail/pending")
    assert answer.status_code == 202
    assert answer.json() == {"id": "0123456789abcdef", "status": "pending", "reason": None, "details": {}}
    assert answer.headers["location"] == "/demo/api/v1/commands/0123456789abcdef"
    assert int(answer.headers["retry-after"]) > 0
    assert logs == []


async def test_a_page_that_does_not_say_where_it_waits_is_a_bug(client: AsyncClient, logs: Logs) -> None:
    page = await client.get("/demo/fail/pending", headers=HTML)
    assert (page.status_code, page.headers["content-type"]) == (500, "text/html; charset=utf-8")
    assert [line["event"] for line in logs] == ["request failed"]


async def test_a_bug_is_logged_and_says_nothing(client: AsyncClient, logs: Logs) -> None:
    answer = await client.post("/demo/api/v1/fail/bug")
    assert answer.status_code == 500
    assert answer.json()["type"] == "urn:kentongan:problem:internal"
    assert "hunter2" not in answer.text
    assert "Traceback" not in answer.text
    (line,) = logs
    assert line["event"] == "request failed"
    assert line["route"] == "/demo/api/v1/fail/{how}"
    assert str(line["exc_info"]) == "password=hunter2"


@pytest.mark.usefixtures("logs")
async def test_a_person_gets_a_page(client: AsyncClient) -> None:
    for path, status in (("/demo/nowhere", 404), ("/demo/fail/bug", 500), ("/demo/api/v1/nowhere", 404)):
        answer = await client.get(path, headers=HTML)
        assert answer.status_code == status
        kind = "application/problem+json" if "api" in path else "text/html; charset=utf-8"
        assert answer.headers["content-type"] == kind
        assert "hunter2" not in answer.text
    page = await client.get("/demo/nowhere", headers=HTML)
    assert "Tidak ada apa-apa di sini" in page.text
    assert page.headers["x-request-id"] in page.text
    assert (await client.get("/demo/nowhere")).headers["content-type"] == "application/problem+json"


async def test_an_own_limit_of_the_body_holds(make_app: MakeApp) -> None:
    async with client_of(make_app(body_limit=10)) as client:
        assert (await client.post(ORDERS, json={"name": "abcdef"})).status_code == 413
