"""docker-compose.yml, whole and running: a ticket's and a report's way through the edge, and what operations relies on.

Takes minutes, so it is asked for: KENTONGAN_COMPOSE_TEST=1.
"""

import os
import re
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from hashlib import sha256
from io import BytesIO
from uuid import uuid4

import httpx
import pytest
from PIL import Image

from deploy.processes import SERVICES
from tests.deploy.compose import REPOSITORY, Compose
from tests.support.servers import KAFKA_IMAGE, docker_has
from tests.support.waiting import until_now

if not (os.environ.get("KENTONGAN_COMPOSE_TEST") and docker_has(KAFKA_IMAGE)):
    pytest.skip("takes minutes: ask for it by KENTONGAN_COMPOSE_TEST=1, where Docker runs", allow_module_level=True)

OFFICE, SERVICE, COUNTER = "polres-palu", "skck", "loket-3"
ONCE = {"prepare", "certificates", "mongo-init", "topics"}
API = "/queue/api/v1"
REPORTS = "/reports/api/v1"
PLACE = {"latitude": -0.9078, "longitude": 119.8531, "accuracy_metres": 20, "words": "Pasar Manonda"}


@pytest.fixture(scope="module")
def compose(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compose]:
    installation = Compose(tmp_path_factory.mktemp("compose"))
    try:
        installation.up("--build")
        yield installation
    finally:
        installation.down()


@pytest.fixture(scope="module")
def passwords(compose: Compose) -> dict[str, str]:
    return compose.seed()


@pytest.fixture
def citizen(compose: Compose, passwords: dict[str, str]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=compose.address, timeout=20) as client:
        yield client


@contextmanager
def signed_in(compose: Compose, api: str, username: str, password: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=compose.address, timeout=20) as client:
        body = {"office": OFFICE, "username": username, "password": password}
        token = client.post(f"{api}/sessions", json=body).raise_for_status().json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


@pytest.fixture
def officer(compose: Compose, passwords: dict[str, str]) -> Iterator[httpx.Client]:
    with signed_in(compose, API, "petugas", passwords["petugas"]) as client:
        yield client


@pytest.fixture
def desk(compose: Compose, passwords: dict[str, str]) -> Iterator[httpx.Client]:
    with signed_in(compose, REPORTS, "operator", passwords["operator"]) as client:
        yield client


def report(citizen: httpx.Client, words: str = "Musik keras sampai pagi.", key: str | None = None) -> httpx.Response:
    return citizen.post(
        f"{REPORTS}/reports",
        json={"office": OFFICE, "category": "kebisingan", "words": words, "place": PLACE},
        headers={"Idempotency-Key": key or str(uuid4())},
    )


def reported(citizen: httpx.Client, words: str = "Musik keras sampai pagi.") -> dict[str, str]:
    answer = report(citizen, words)
    assert answer.status_code == 201, answer.text
    filed: dict[str, str] = answer.json()
    return filed


def take(citizen: httpx.Client) -> dict[str, str]:
    answer = citizen.post(
        f"{API}/tickets", json={"office": OFFICE, "service": SERVICE}, headers={"Idempotency-Key": str(uuid4())}
    )
    assert answer.status_code == 201, answer.text
    taken: dict[str, str] = answer.json()
    return taken


def call(officer: httpx.Client, action: str) -> None:
    answer = officer.post(f"{API}/offices/{OFFICE}/counters/{COUNTER}/{action}")
    assert answer.status_code == 200, answer.text


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
        calling = pool.submit(call, officer, "call-next")
        for line in board.iter_lines():
            seen.append(line)
            if ticket["number"] in line:
                break
        calling.result()
    assert ticket["number"] in seen[-1]

    shown = citizen.get(f"{API}/offices/{OFFICE}/board").json()
    assert ticket["number"] in [called["number"] for called in shown["calls"]]
    call(officer, "serve")
    call(officer, "finish")


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
    photo = _photo()
    said = {"report": filed["link"].rpartition("/")[2], "filename": "lokasi.png"}
    tus = {"Tus-Resumable": "1.0.0"}
    begun = citizen.post(
        f"{REPORTS}/uploads",
        headers={
            **tus,
            "Upload-Length": str(len(photo)),
            "Upload-Metadata": ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in said.items()),
        },
    )
    assert begun.status_code == 201, begun.text
    done = citizen.patch(
        begun.headers["location"],
        content=photo,
        headers={**tus, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"},
        timeout=60,
    )
    assert done.status_code == 204, done.text
    kept = desk.get(f"{REPORTS}/incidents/{filed['id']}/evidence")
    assert kept.status_code == 200, kept.text
    assert sha256(photo).hexdigest() in kept.text


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


def test_every_container_is_confined(compose: Compose) -> None:
    containers = compose.containers()
    assert containers.keys() > ONCE
    for name, container in containers.items():
        config, host = container["Config"], container["HostConfig"]
        assert config["User"].split(":")[0] not in ("", "0", "root"), name
        assert host["ReadonlyRootfs"], name
        assert host["CapDrop"] == ["ALL"], name
        assert host["SecurityOpt"] == ["no-new-privileges:true"], name
        assert host["Memory"] > 0, name
        assert host["PidsLimit"] > 0, name
        assert host["LogConfig"]["Config"]["max-size"], name
        assert host["RestartPolicy"]["Name"] == ("on-failure" if name in ONCE else "unless-stopped"), name
        assert name in ONCE or config["Healthcheck"]["Test"], name
    assert {name for name, one in containers.items() if one["HostConfig"]["CapAdd"]} == {"edge"}


def test_the_key_to_identities_is_in_one_process_alone(compose: Compose) -> None:
    holders = [
        name
        for name, container in compose.containers().items()
        if any(variable.startswith("KENTONGAN_IDENTITY_KEYS=") for variable in container["Config"]["Env"])
    ]
    assert holders == ["reports-api"]


@pytest.mark.parametrize(("service", "other"), [("queue", "reports"), ("reports", "queue")])
def test_a_service_reads_and_writes_its_own_database_only(compose: Compose, service: str, other: str) -> None:
    uri = f"mongodb://{service}:$PASSWORD@mongo:27017/?authSource={service}&replicaSet=rs0"
    script = (
        f"db.getSiblingDB('{service}').trial.insertOne({{}}); db.getSiblingDB('{service}').trial.drop(); "
        f"try {{ db.getSiblingDB('{other}').trial.insertOne({{}}); print('wrote') }} "
        "catch (error) { print(error.codeName) }"
    )
    said = compose.run(
        "run", "--rm", "--no-deps", "-T", "--entrypoint", "bash", "mongo-init",
        "-c", f'PASSWORD=$KENTONGAN_MONGO_{service.upper()}_PASSWORD; mongosh --quiet "{uri}" --eval "{script}"',
    )  # fmt: skip
    assert "Unauthorized" in said
    assert "wrote" not in said


def test_the_database_lets_nobody_in_without_a_password(compose: Compose) -> None:
    script = "try { db.trial.findOne(); print('read') } catch (error) { print(error.codeName) }"
    said = compose.run(
        "run", "--rm", "--no-deps", "-T", "--entrypoint", "mongosh", "mongo-init", "--quiet",
        "mongodb://mongo:27017/queue?directConnection=true", "--eval", script,
    )  # fmt: skip
    assert "read" not in said


def test_a_killed_worker_and_a_second_one_lose_no_ticket(compose: Compose, citizen: httpx.Client) -> None:
    before = take(citizen)
    compose.run("exec", "-T", "queue-worker", "sh", "-c", "kill -9 -1", check=False)
    key = str(uuid4())

    def answered() -> bool:
        answer = citizen.post(
            f"{API}/tickets", json={"office": OFFICE, "service": SERVICE}, headers={"Idempotency-Key": key}
        )
        return answer.status_code == 201 and answer.json()["number"] == _next(before["number"], 1)

    until_now(answered, what="the restarted worker answers")
    compose.up("--scale", "queue-worker=2", "--no-recreate")
    assert [take(citizen)["number"] for _ in range(3)] == [_next(before["number"], n) for n in (2, 3, 4)]


def test_a_killed_worker_of_reports_loses_no_report_and_hurts_no_queue(compose: Compose, citizen: httpx.Client) -> None:
    before = reported(citizen)
    compose.run("exec", "-T", "reports-worker", "sh", "-c", "kill -9 -1", check=False)
    take(citizen)
    key = str(uuid4())
    until_now(lambda: report(citizen, key=key).status_code == 201, what="the restarted worker answers")
    year, _, number = before["number"].partition("-")
    assert report(citizen, key=key).json()["number"] == f"{year}-{int(number) + 1:06}"


def test_a_service_stops_and_starts_by_itself(compose: Compose, citizen: httpx.Client) -> None:
    compose.run("stop", "reports-api", "reports-worker", "reports-sharing")
    assert citizen.get("/").status_code == 200
    take(citizen)
    away = citizen.get("/reports/")
    assert away.status_code == 503
    assert "110" in away.text
    compose.up("--scale", "queue-worker=2", "--no-recreate")
    reported(citizen)


def test_setting_up_again_changes_nothing(compose: Compose, citizen: httpx.Client) -> None:
    ticket = take(citizen)
    before = compose.containers()
    compose.up("--scale", "queue-worker=2")
    after = compose.containers()
    for name in before.keys() - ONCE:
        assert after[name]["Id"] == before[name]["Id"], name
        assert after[name]["RestartCount"] == before[name]["RestartCount"], after[name]["State"]
    assert citizen.get(ticket["link"]).status_code == 200


def test_without_secrets_compose_says_in_one_line_what_to_do() -> None:
    done = subprocess.run(
        ["docker", "compose", "--env-file", os.devnull, "config", "--quiet"],
        cwd=REPOSITORY, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert len(done.stderr.splitlines()) == 1
    assert "run `make secrets` once" in done.stderr


def _next(number: str, after: int) -> str:
    letter, count = re.fullmatch(r"([A-Z])-(\d+)", number).groups()  # type: ignore[union-attr]
    return f"{letter}-{int(count) + after:03}"


def _photo() -> bytes:
    """A picture of noise, which nothing makes smaller."""
    file = BytesIO()
    Image.frombytes("RGB", (1000, 800), os.urandom(1000 * 800 * 3)).save(file, "PNG")
    return file.getvalue()
