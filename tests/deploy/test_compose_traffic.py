"""docker-compose.yml, whole and running: a ticket, a report and a photo go through the edge, and what it logs of it."""

import re
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from uuid import uuid4

import httpx

from deploy.processes import SERVICES
from tests.deploy.compose import Compose
from tests.deploy.visitors import API, OFFICE, REPORTS, act, call_until, photo, report, reported, take
from tests.support.waiting import until_now


def test_a_ticket_goes_from_the_edge_to_the_counter_and_the_board(citizen: httpx.Client, officer: httpx.Client) -> None:
    ticket = take(citizen)
    page = citizen.get(ticket["link"])
    assert page.status_code == 200
    assert ticket["number"] in page.text

    seen: list[str] = []
    with (
        ThreadPoolExecutor(1) as pool,
        citizen.stream("GET", f"{API}/offices/{OFFICE}/board/stream", timeout=30) as board,
    ):
        assert board.headers["content-type"].startswith("text/event-stream")
        assert "content-encoding" not in board.headers
        calling = pool.submit(call_until, officer, ticket["number"])
        for line in board.iter_lines():
            seen.append(line)
            if ticket["number"] in line:
                break
        calling.result()
    assert ticket["number"] in seen[-1]

    shown = citizen.get(f"{API}/offices/{OFFICE}/board").json()
    assert ticket["number"] in [called["number"] for called in shown["calls"]]
    act(officer, "serve")
    act(officer, "finish")


def test_a_report_goes_from_the_edge_to_the_desk_and_back(citizen: httpx.Client, desk: httpx.Client) -> None:
    filed = reported(citizen)
    page = citizen.get(filed["link"])
    assert page.status_code == 200
    assert filed["number"] in page.text

    board = f"{REPORTS}/offices/{OFFICE}/board"
    until_now(lambda: filed["number"] in desk.get(board).text, what="the report is on the board")
    judged = {"category": "kebisingan", "severity": "minor", "certainty": "likely", "reason": "menurut pelapor"}
    answer = desk.post(f"{REPORTS}/offices/{OFFICE}/incidents/{filed['id']}/triage", json=judged)
    assert answer.status_code == 200, answer.text
    token = filed["link"].rpartition("/")[2]
    assert citizen.get(f"{REPORTS}/reports/{token}").json()["state"] == "triaged"


def test_the_desk_finds_the_exercises_of_the_demo(desk: httpx.Client) -> None:
    board = desk.get(f"{REPORTS}/offices/{OFFICE}/board", params={"exercise": "only"})
    assert board.status_code == 200
    assert board.text.count('"exercise":true') >= 3


def test_the_edge_offers_every_service_and_nothing_else(citizen: httpx.Client) -> None:
    door = citizen.get("/")
    assert door.status_code == 200
    assert door.headers["content-security-policy"].startswith("default-src 'none'")
    for address in re.findall(r'href="(/[^"]*)"', door.text):
        assert citizen.get(address, follow_redirects=True).status_code == 200, address
    for service in SERVICES:
        assert citizen.get(f"/{service}").headers["location"] == f"/{service}/"
    for path in (
        "/healthz",
        "/readyz",
        "/metrics",
        "/queue-api",
        "/queuex/",
        "/.env",
        "/static/../Caddyfile",
        "/door/",
    ):
        assert citizen.get(path).status_code == 404, path


def test_pages_are_compressed_and_what_is_too_long_is_refused(citizen: httpx.Client) -> None:
    page = citizen.get(f"/queue/offices/{OFFICE}", headers={"Accept-Encoding": "gzip"})
    assert page.headers["content-encoding"] == "gzip"
    assert citizen.post(f"{API}/tickets", content=b"x" * 2_000_000).status_code == 413
    assert citizen.post(f"{REPORTS}/reports", content=b"x" * 2_000_000).status_code == 413


def test_a_photo_of_some_megabytes_becomes_evidence(citizen: httpx.Client, desk: httpx.Client) -> None:
    filed = reported(citizen)
    picture = photo()
    said = {"report": filed["link"].rpartition("/")[2], "filename": "lokasi.png"}
    tus = {"Tus-Resumable": "1.0.0"}
    begun = citizen.post(
        f"{REPORTS}/uploads",
        headers={
            **tus,
            "Upload-Length": str(len(picture)),
            "Upload-Metadata": ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in said.items()),
        },
    )
    assert begun.status_code == 201, begun.text
    done = citizen.patch(
        begun.headers["location"],
        content=picture,
        headers={**tus, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"},
        timeout=60,
    )
    assert done.status_code == 204, done.text
    kept = desk.get(f"{REPORTS}/incidents/{filed['id']}/evidence")
    assert kept.status_code == 200, kept.text
    assert sha256(picture).hexdigest() in kept.text


def test_no_secret_link_is_logged_anywhere(compose: Compose, citizen: httpx.Client) -> None:
    ticket, key = take(citizen), str(uuid4())
    filed = report(citizen, "Rahasia: kata yang tidak boleh tercatat.", key).json()
    links = ticket["link"], filed["link"]
    tokens = [link.rpartition("/")[2] for link in links]
    for link in links:
        citizen.get(link, headers={"Referer": compose.address + link})
        citizen.get("/queue/", headers={"Referer": compose.address + link})
    citizen.get(f"{API}/tickets/{tokens[0]}")
    citizen.get(f"{REPORTS}/reports/{tokens[1]}")
    citizen.get(f"{REPORTS}/commands/{key}")
    citizen.get(f"/reports/track?code={filed['code']}")
    citizen.get("/queue/sign-in/oidc/callback?code=a-providers-code&state=a-browsers-state")
    logs = ""

    def logged() -> bool:
        nonlocal logs
        logs = compose.run("logs", "--no-color")
        return logs.count("/REDACTED") >= 5 and "code=REDACTED&state=REDACTED" in logs.replace("\\u0026", "&")

    until_now(logged, what="the edge logged the requests")
    secret = [*tokens, *(token.rpartition(".")[2] for token in tokens), key, filed["code"], "tidak boleh tercatat"]
    assert [word for word in (*secret, "a-providers-code", "a-browsers-state") if word in logs] == []
