"""docker-compose.yml, whole and running: a ticket's way through the edge, and what operations relies on.

Takes minutes, so it is asked for: KENTONGAN_COMPOSE_TEST=1.
"""

import os
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx
import pytest

from tests.deploy.compose import REPOSITORY, Compose
from tests.support.servers import KAFKA_IMAGE, docker_has
from tests.support.waiting import until_now

if not (os.environ.get("KENTONGAN_COMPOSE_TEST") and docker_has(KAFKA_IMAGE)):
    pytest.skip("takes minutes: ask for it by KENTONGAN_COMPOSE_TEST=1, where Docker runs", allow_module_level=True)

OFFICE, SERVICE, COUNTER = "polres-palu", "skck", "loket-3"
ONCE = {"prepare", "mongo-init", "topics"}
API = "/queue/api/v1"


@pytest.fixture(scope="module")
def compose(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compose]:
    installation = Compose(tmp_path_factory.mktemp("compose"))
    try:
        installation.up("--build")
        yield installation
    finally:
        installation.down()


@pytest.fixture(scope="module")
def password(compose: Compose) -> str:
    return compose.seed()


@pytest.fixture
def citizen(compose: Compose, password: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=compose.address, timeout=20) as client:
        yield client


@pytest.fixture
def officer(compose: Compose, password: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=compose.address, timeout=20) as client:
        body = {"office": OFFICE, "username": "petugas", "password": password}
        token = client.post(f"{API}/sessions", json=body).raise_for_status().json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


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


def test_the_edge_leads_to_the_queue_and_to_nothing_else(citizen: httpx.Client) -> None:
    assert citizen.get("/").headers["location"] == "/queue/"
    for path in ("/healthz", "/readyz", "/metrics", "/queue-api", "/.env"):
        assert citizen.get(path).status_code == 404


def test_pages_are_compressed_and_what_is_too_long_is_refused(citizen: httpx.Client) -> None:
    page = citizen.get(f"/queue/offices/{OFFICE}", headers={"Accept-Encoding": "gzip"})
    assert page.headers["content-encoding"] == "gzip"
    assert citizen.post(f"{API}/tickets", content=b"x" * 2_000_000).status_code == 413


def test_no_secret_link_is_logged_anywhere(compose: Compose, citizen: httpx.Client) -> None:
    ticket = take(citizen)
    token = ticket["link"].rpartition("/")[2]
    citizen.get(ticket["link"], headers={"Referer": compose.address + ticket["link"]})
    citizen.get(f"{API}/tickets/{token}")
    citizen.get("/queue/", headers={"Referer": compose.address + ticket["link"]})
    citizen.get("/queue/sign-in/oidc/callback?code=a-providers-code&state=a-browsers-state")
    logs = ""

    def logged() -> bool:
        nonlocal logs
        logs = compose.run("logs", "--no-color")
        return logs.count("/REDACTED") >= 2 and "code=REDACTED&state=REDACTED" in logs.replace("\\u0026", "&")

    until_now(logged, what="the edge logged the requests")
    assert token not in logs
    assert token.rpartition(".")[2] not in logs
    assert "a-providers-code" not in logs
    assert "a-browsers-state" not in logs


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


def test_a_service_reads_and_writes_its_own_database_only(compose: Compose) -> None:
    uri = "mongodb://queue:$PASSWORD@mongo:27017/?authSource=queue&replicaSet=rs0"
    script = (
        "db.getSiblingDB('queue').trial.insertOne({}); db.getSiblingDB('queue').trial.drop(); "
        "try { db.getSiblingDB('forum').trial.insertOne({}); print('wrote') } catch (error) { print(error.codeName) }"
    )
    said = compose.run(
        "run", "--rm", "--no-deps", "-T", "--entrypoint", "bash", "mongo-init",
        "-c", f'PASSWORD=$KENTONGAN_MONGO_QUEUE_PASSWORD; mongosh --quiet "{uri}" --eval "{script}"',
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
