"""One Compose installation for all tests that ask for one. It takes minutes, so it is asked for:
KENTONGAN_COMPOSE_TEST=1."""

import os
from collections.abc import Iterator

import httpx
import pytest

from tests.deploy.compose import Compose
from tests.deploy.visitors import API, REPORTS, signed_in
from tests.support.servers import KAFKA_IMAGE, docker_has


@pytest.fixture(scope="package")
def compose(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Compose]:
    """The repository's own, built and running."""
    if not (os.environ.get("KENTONGAN_COMPOSE_TEST") and docker_has(KAFKA_IMAGE)):
        pytest.skip("takes minutes: ask for it by KENTONGAN_COMPOSE_TEST=1, where Docker runs")
    installation = Compose(tmp_path_factory.mktemp("compose"))
    try:
        installation.up("--build")
        yield installation
    finally:
        installation.down()


@pytest.fixture(scope="package")
def passwords(compose: Compose) -> dict[str, str]:
    """Of the demo's people, who work there from now on."""
    return compose.seed()


@pytest.fixture
def citizen(compose: Compose, passwords: dict[str, str]) -> Iterator[httpx.Client]:
    """Somebody from outside."""
    with httpx.Client(base_url=compose.address, timeout=20) as client:
        yield client


@pytest.fixture
def officer(compose: Compose, passwords: dict[str, str]) -> Iterator[httpx.Client]:
    """Somebody at a counter."""
    with signed_in(compose, API, "petugas", passwords["petugas"]) as client:
        yield client


@pytest.fixture
def desk(compose: Compose, passwords: dict[str, str]) -> Iterator[httpx.Client]:
    """Somebody at the desk."""
    with signed_in(compose, REPORTS, "operator", passwords["operator"]) as client:
        yield client
