"""Every service is everywhere: what a new one still lacks is told here, by name."""

import re
from importlib import import_module, util
from pathlib import Path

import pytest

from deploy.processes import READERS, SERVICES, Reader, topics_of
from deploy.secrets_file import SECRETS
from deploy.topics.declared import declared_topics
from services.reports.entrypoints.evidence.routers import STREAMED
from shared.settings import Settings
from shared.web.server import KEEP_ALIVE_SECONDS
from shared.web.streamed import Streamed

REPOSITORY = Path(__file__).parents[2]
COMPOSE = (REPOSITORY / "docker-compose.yml").read_text()
CADDY = (REPOSITORY / "deploy" / "caddy" / "Caddyfile").read_text()
PROMETHEUS = (REPOSITORY / "deploy" / "prometheus" / "prometheus.yml").read_text()
ALERTS = (REPOSITORY / "deploy" / "prometheus" / "alerts.yml").read_text()
PROCESSES = [f"{service}-api" for service in SERVICES] + [reader.name for reader in READERS]

INSTALLATIONS_OWN = {
    "kafka_protocol", "kafka_username", "kafka_password", "kafka_ca", "kafka_replication", "mongo_timeout_seconds",
    "namespace", "port", "worker_port", "oidc_ca", "wait_seconds", "batch_size", "drain_seconds",
}  # fmt: skip
"""Settings that Compose itself answers: one broker, one database, fixed ports, and what nobody has to tune."""


def containers() -> dict[str, str]:
    """Name → what docker-compose.yml says of it."""
    services = COMPOSE.split("\nservices:\n")[1].split("\nnetworks:\n")[0]
    _, *parts = re.split(r"^  ([a-z-]+):.*\n", services, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_a_package_with_a_demo(service: str) -> None:
    assert util.find_spec(f"services.{service}.app")
    assert import_module(f"deploy.demo.{service}").DEMO.service == service


@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_has_a_container_a_target_and_an_alert(process: str) -> None:
    service, role = process.split("-")
    assert f"command: [python, -m, services.{service}, {role}]" in containers()[process]
    assert f"names: [{process}]" in PROMETHEUS
    assert f'absent(up{{job="{process}"}})' in ALERTS


def test_the_edge_closes_a_connection_before_an_application_does() -> None:
    (kept_seconds,) = re.findall(r"keepalive (\d+)s", CADDY)
    assert int(kept_seconds) < KEEP_ALIVE_SECONDS


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_a_password_of_its_own_and_a_way_through_the_edge(service: str) -> None:
    name = f"KENTONGAN_MONGO_{service.upper()}_PASSWORD"
    assert name in SECRETS
    assert f"mongodb://{service}:${{{name}" in COMPOSE
    assert name in containers()["mongo-init"]
    (listed,) = re.findall(r"@service path_regexp service \^/\(([a-z|]+)\)", CADDY)
    assert service in listed.split("|")
    assert f"{service}-api: {{condition: service_healthy}}" in containers()["edge"]


@pytest.mark.parametrize("streamed", STREAMED, ids=lambda streamed: streamed.path.pattern)
def test_what_a_service_reads_as_it_comes_is_as_long_at_the_edge(streamed: Streamed) -> None:
    (uploads, limit) = re.findall(r"@uploads path_regexp service (\S+)\n.*?max_size (\d+)MB", CADDY, re.DOTALL)[0]
    path = streamed.path.pattern.replace("[^/]+", "something")
    assert streamed.path.fullmatch(path)
    assert re.search(uploads, path)
    assert streamed.limit <= int(limit) * 1_000_000


def test_only_one_process_has_the_key_to_identities() -> None:
    anchors = COMPOSE.split("\nservices:\n")[0]
    assert "KENTONGAN_IDENTITY_KEYS" not in anchors
    assert [name for name, said in containers().items() if "KENTONGAN_IDENTITY_KEYS" in said] == ["reports-api"]


@pytest.mark.parametrize("reader", READERS, ids=[reader.name for reader in READERS])
def test_a_reader_of_the_bus_is_what_its_routes_say(reader: Reader) -> None:
    assert callable(reader.read())
    routes = reader.load()
    if routes is None:  # an ear on the topics of whichever agencies there are
        return
    assert (routes.service, routes.role) == (reader.service, reader.role)
    declared = {topic.name for topic in declared_topics(named=str, replication=1)}
    assert set(topics_of(routes)) <= declared


def test_every_setting_can_be_made_in_compose_or_is_the_installations_own() -> None:
    passed_on = set(re.findall(r"^ +KENTONGAN_([A-Z0-9_]+):", COMPOSE, re.MULTILINE))
    assert {name for name in Settings.model_fields if name.upper() not in passed_on} == INSTALLATIONS_OWN


def test_a_service_without_a_worker_does_not_exist() -> None:
    assert {reader.service for reader in READERS if reader.role == "worker"} == set(SERVICES)
