"""docker-compose.yml's door for other agencies: by SASL over TLS, from `agency add` to the end of `agency revoke`."""

import json
import os
import re
import shlex
import shutil
import socket
import ssl
import subprocess
from pathlib import Path
from typing import Any
from uuid import uuid4

import confluent_kafka
import httpx
import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer

from tests.agencies.clients import KIT
from tests.deploy.compose import Compose
from tests.support.waiting import until_now

OFFICE, AGENCY = "polres-palu", "damkar"
SECONDS = 60.0


def agency(compose: Compose, *arguments: str, check: bool = True) -> str:
    """`docker compose run --rm agency …`; what it printed."""
    return compose.run("run", "--rm", "-T", "agency", *arguments, check=check)


@pytest.fixture(scope="module")
def properties(compose: Compose, passwords: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The client configuration that `agency add` prints, as an agency's engineer takes it over."""
    said = agency(compose, "add", OFFICE, AGENCY, "--name-id", "Pemadam Kebakaran", "--kind", "fire")
    return taken_over(said, tmp_path_factory.mktemp("agency"))


def taken_over(said: str, folder: Path) -> dict[str, Any]:
    """Each printed file under its name in a folder, the commands for kcat too; returns what librdkafka needs."""
    printed = dict(re.findall(r"^# (\S+).*\n((?:(?!# ).+\n?)+)", said, re.MULTILINE))
    for name in ("agency.properties", "agency-java.properties", "kcat", "kentongan-ca.pem"):
        (folder / name).write_text(printed[name], encoding="utf-8")
    told = dict(line.split("=", 1) for line in printed["agency.properties"].splitlines())
    return {**told, "ssl.ca.location": str(folder / told["ssl.ca.location"]), "log_level": 0}


def folder_of(properties: dict[str, Any]) -> Path:
    return Path(properties["ssl.ca.location"]).parent


def printed_by(command: list[str], folder: Path, **environment: str) -> str:
    """What an engineer's command prints in the folder with the files."""
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **environment}, capture_output=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def consumer(properties: dict[str, Any], **more: Any) -> Consumer:
    told = {"group.id": "agency.damkar.pusat", "auto.offset.reset": "earliest", "enable.auto.commit": False}
    reader = Consumer({**properties, **told, **more})
    reader.subscribe(["share.damkar.incidents.v1"])
    return reader


def file_report(compose: Compose) -> str:
    body = {
        "office": OFFICE, "category": "kebisingan", "words": "RAHASIA", "privacy": "anonymous",
        "place": {"latitude": -0.9, "longitude": 119.87},
    }  # fmt: skip
    answer = httpx.post(
        f"{compose.address}/reports/api/v1/reports", json=body, headers={"Idempotency-Key": str(uuid4())}, timeout=20
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def accept_as_agency(compose: Compose, rule: str) -> None:
    """The agency's word, which comes by its own way where this installation offers one."""
    script = f"""
import asyncio
from deploy.asking import Settings, gateway
from shared.contracts.reports.agencies import AcceptRule

async def main():
    async with gateway(Settings(), "reports") as worker:
        await worker.ask(AcceptRule(office="{OFFICE}", rule="{rule}"), id="{uuid4()}", actor="agency/{AGENCY}")

asyncio.run(main())
"""
    compose.run("exec", "-T", "reports-worker", "python", "-c", script)


def test_an_agency_reads_what_a_rule_of_both_sides_shares_over_tls(
    compose: Compose, properties: dict[str, Any]
) -> None:
    agency(compose, "rules", "propose", OFFICE, AGENCY, "--tier", "view", "--purpose", "Penanganan bersama")
    rule = agency(compose, "rules", "list", OFFICE, AGENCY)
    assert "proposed (by the office)" in rule
    (id,) = re.findall(r"^([0-9a-f-]{36})  proposed", rule, re.MULTILINE)
    accept_as_agency(compose, id)
    incident = file_report(compose)
    reader = consumer(properties)
    heard: list[Any] = []

    def hears() -> bool:
        heard.extend(found for found in [reader.poll(1)] if found is not None and not found.error())
        return any(found.key() == incident.encode() for found in heard)

    until_now(hears, within=SECONDS, what="the agency reads the incident")
    until_now(lambda: reader.poll(2) is None, within=SECONDS, what="it has read what others have reported, too")
    assert not any(b"RAHASIA" in found.value() for found in heard)
    reader.commit(asynchronous=False)
    reader.close()
    status = agency(compose, "status", OFFICE, AGENCY)
    assert "permissions  complete" in status
    assert "agency.damkar.pusat on share.damkar.incidents.v1: 0 waiting" in status
    assert f"{id}  accepted" in status


def test_kcat_reads_with_the_printed_commands(properties: dict[str, Any], tmp_path: Path) -> None:
    if shutil.which("kcat") is None:
        pytest.skip("kcat is not installed")
    library = librdkafka(tmp_path)
    folder = folder_of(properties)
    reads, states = (shlex.split(line) for line in (folder / "kcat").read_text(encoding="utf-8").splitlines())
    changes = printed_by([*reads[:-1], "-c", "1", reads[-1]], folder, LD_LIBRARY_PATH=library)
    assert json.loads(changes)["agency"] == AGENCY
    told = printed_by(states, folder, LD_LIBRARY_PATH=library).splitlines()
    assert "ce_type=kentongan.share.IncidentState.v1" in told[0]
    assert json.loads(told[1])["change"] in ("shared", "updated", "ended")


def librdkafka(folder: Path) -> str:
    """Where kcat finds the library of confluent-kafka: that of a distribution may be too old to sign in to Kafka 4."""
    (found,) = Path(confluent_kafka.__file__).parents[1].glob("confluent_kafka.libs/librdkafka-*.so.1")
    (folder / "librdkafka.so.1").symlink_to(found)
    return str(folder)


def test_the_java_client_reads_with_the_printed_file(properties: dict[str, Any]) -> None:
    jars = os.environ.get("KENTONGAN_KAFKA_CLIENTS")
    if not jars or shutil.which("java") is None:
        pytest.skip("no java, or no kafka-clients: KENTONGAN_KAFKA_CLIENTS is their class path")
    source = KIT / "java" / "Incidents.java"
    command = ["java", "-cp", jars, str(source), "agency-java.properties", f"share.{AGENCY}.incidents.v1", "1"]
    type, _, data = printed_by(command, folder_of(properties)).splitlines()[0].split("\t")
    assert type == "kentongan.share.IncidentChanged.v1"
    assert json.loads(data)["agency"] == AGENCY


def test_the_door_asks_for_a_name_and_shows_the_certificate_of_our_authority(
    compose: Compose, properties: dict[str, Any]
) -> None:
    host, _, port = compose.agencies.rpartition(":")
    context = ssl.create_default_context(cafile=properties["ssl.ca.location"])
    with socket.create_connection((host, int(port))) as plain, context.wrap_socket(plain, server_hostname=host) as told:
        assert told.version() == "TLSv1.3"
    errors: list[KafkaError] = []
    stranger = Producer({**properties, "sasl.password": "guessed", "error_cb": errors.append})
    with pytest.raises(KafkaException):
        stranger.list_topics(timeout=5)
    stranger.poll(0)
    assert KafkaError._AUTHENTICATION in {error.code() for error in errors}


def test_other_topics_are_denied_at_the_door(properties: dict[str, Any]) -> None:
    writer = Producer({**properties, "message.timeout.ms": 20_000, "topic.metadata.propagation.max.ms": 500})
    for topic in ("reports.commands.v1", "queue.commands.v1", "share.damkar.incidents.v1"):
        failed: list[KafkaError | None] = []
        writer.produce(topic, b"{}", on_delivery=lambda error, _: failed.append(error))  # noqa: B023
        writer.flush(30)
        assert failed
        assert failed[0] is not None


def test_a_new_password_ends_who_has_signed_in_by_the_old_one_when_the_time_is_over(
    compose: Compose, properties: dict[str, Any], tmp_path: Path
) -> None:
    errors: list[KafkaError] = []
    old = consumer({**properties, "error_cb": errors.append}, **{"group.id": "agency.damkar.lama"})
    until_now(lambda: old.poll(1) is not None, within=SECONDS, what="it reads")
    said = agency(compose, "rotate", AGENCY)
    assert "connections.max.reauth.ms" in said

    def ended() -> bool:
        old.poll(0.2)
        return KafkaError._AUTHENTICATION in {error.code() for error in errors}

    until_now(ended, within=SECONDS, what="it must sign in again, and cannot")
    old.close()
    properties.update(taken_over(said, tmp_path))
    fresh = consumer(properties, **{"group.id": "agency.damkar.baru"})
    until_now(lambda: fresh.poll(1) is not None, within=SECONDS, what="by the new password it reads")
    fresh.close()


def test_revoking_cuts_off_and_ends_every_rule(compose: Compose, properties: dict[str, Any]) -> None:
    reader = consumer(properties, **{"group.id": "agency.damkar.akhir"})
    until_now(lambda: reader.poll(1) is not None, within=SECONDS, what="it reads")
    until_now(lambda: reader.poll(2) is None, within=SECONDS, what="it has nothing more in hand")
    said = agency(compose, "revoke", OFFICE, AGENCY, "--delete-topics")
    assert "not even by a request that waits" in said
    assert "may do nothing any more" in said
    assert f"{OFFICE}: every rule with {AGENCY} ends" in said

    heard = [reader.poll(1) for _ in range(5)]
    assert [message for message in heard if message is not None and not message.error()] == [], (
        "not the last words either"
    )
    reader.close()
    errors: list[KafkaError] = []
    late = consumer({**properties, "error_cb": errors.append})

    def shut_out() -> bool:
        late.poll(0.2)
        return KafkaError._AUTHENTICATION in {error.code() for error in errors}

    until_now(shut_out, within=SECONDS, what="nobody signs in by its name")
    late.close()
    assert "missing" in agency(compose, "status", OFFICE, AGENCY, check=False)
    assert agency(compose, "rules", "list", OFFICE, AGENCY).count("accepted") == 0
