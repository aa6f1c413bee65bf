"""docker-compose.yml, whole and running: what operations relies on."""

import os
import re
import subprocess
from uuid import uuid4

import httpx
import pytest

from tests.deploy.compose import REPOSITORY, Compose
from tests.deploy.visitors import API, OFFICE, SERVICE, report, reported, take
from tests.support.waiting import until_now

ONCE = {"prepare", "certificates", "mongo-init", "topics"}


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


@pytest.mark.usefixtures("compose")
def test_without_secrets_compose_says_in_one_line_what_to_do() -> None:
    done = subprocess.run(
        ["docker", "compose", "--env-file", os.devnull, "config", "--quiet"],
        cwd=REPOSITORY, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert len(done.stderr.splitlines()) == 1
    assert "run `make secrets`" in done.stderr


def _next(number: str, after: int) -> str:
    letter, count = re.fullmatch(r"([A-Z])-(\d+)", number).groups()  # type: ignore[union-attr]
    return f"{letter}-{int(count) + after:03}"
