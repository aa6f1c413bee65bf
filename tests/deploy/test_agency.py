"""What `kentongan agency` works out before it asks a broker, and what it does where there is nobody to keep out."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from deploy.agency.apply import give
from deploy.agency.plan import Employ, Forbid, Limit, Permit, Standing, user_changes, warnings
from deploy.agency.ready import client_configuration
from deploy.agency.settings import AgencySettings
from deploy.agency.terms import terms_of
from deploy.agency.wanted import QUOTAS, Permission, access_of
from deploy.embedded import programs
from deploy.kafka.certificates import prepare
from deploy.problem import Problem
from shared.settings import Settings
from tests.deploy.programs import running

ACCESS = access_of("palu", str, 1)
NOBODY = Standing(exists=False, permissions=frozenset(), quotas={}, everybody=frozenset())
WHOLE = Standing(exists=True, permissions=ACCESS.permissions, quotas=QUOTAS, everybody=frozenset())
SQUARE = [[119.8, -1.0], [119.9, -1.0], [119.9, -0.9], [119.8, -1.0]]
POLYGON = {"type": "Polygon", "coordinates": [SQUARE]}
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def test_a_new_user_gets_the_password_last() -> None:
    assert [type(change) for change in user_changes(ACCESS, NOBODY)] == [Permit, Limit, Employ]
    assert user_changes(ACCESS, WHOLE) == []


def test_what_nobody_gave_goes_before_anything_is_added() -> None:
    stray = Permission("cluster", "kafka-cluster", "literal", "alter")
    found = Standing(True, frozenset({*list(ACCESS.permissions)[1:], stray}), QUOTAS, frozenset())
    first, second = user_changes(ACCESS, found)
    assert first == Forbid(ACCESS.user, (stray,))
    assert isinstance(second, Permit)
    assert "allow alter on cluster kafka-cluster: is not to be" in str(first)


def test_what_everybody_may_is_told() -> None:
    assert "read on topic reports.*" in warnings({Permission("topic", "reports.", "prefixed", "read")})[0]


def test_no_name_of_an_agency_opens_what_is_anothers() -> None:
    names = ("pal", "palu", "palu-2", "p", "share")
    for name in names:
        for other in names:
            prefixes = [p.name for p in access_of(name, str, 1).permissions if p.pattern == "prefixed"]
            theirs = access_of(other, str, 1)
            reached = [t for t in theirs.topics for prefix in prefixes if t.name.startswith(prefix)]
            assert bool(reached) == (name == other)


def test_a_configuration_names_the_door_and_brings_the_authority(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n")
    door = AgencySettings(kafka="bus.example.go.id:9094", ca=str(tmp_path / "ca.pem"))
    told = client_configuration(ACCESS, Settings(), door, "secret")
    assert "bootstrap.servers=bus.example.go.id:9094" in told
    assert "sasl.password=secret" in told
    assert told.endswith("-----END CERTIFICATE-----")
    assert "secret" not in client_configuration(ACCESS, Settings(), door, None)


@pytest.mark.parametrize(
    "geojson",
    [
        POLYGON,
        {"type": "MultiPolygon", "coordinates": [[SQUARE]]},
        {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": POLYGON}]},
    ],
)  # fmt: skip
def test_an_area_is_geojson(geojson: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "area.json").write_text(json.dumps(geojson))
    options = {"tier": "view", "purpose": "Penanganan", "expires_at": "2027-12-31"}
    terms = terms_of(None, options, tmp_path / "area.json", "Asia/Makassar")
    assert [(c.longitude, c.latitude) for c in terms.area[0]] == [(119.8, -1.0), (119.9, -1.0), (119.9, -0.9)]
    assert terms.expires_at == datetime(2027, 12, 31, 15, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"tier": "all", "purpose": "Penanganan"}, "tier"),
        ({"tier": "view"}, "purpose"),
        ({"tier": "view", "purpose": "Penanganan", "expires_at": "besok"}, "neither a day"),
        ({"tier": "view", "purpose": "Penanganan", "area": {"type": "Point"}}, "no area"),
        ({"tier": "view", "purpose": "Penanganan", "area": {**POLYGON, "coordinates": [SQUARE, SQUARE]}}, "holes"),
        ({"tier": "view", "purpose": "Penanganan", "area": {**POLYGON, "coordinates": [[["a"]]]}}, "corners"),
    ],
)  # fmt: skip
def test_terms_that_are_none_are_told_in_one_line(told: dict[str, Any], why: str, tmp_path: Path) -> None:
    (tmp_path / "terms.json").write_text(json.dumps(told))
    with pytest.raises(Problem, match=why):
        terms_of(tmp_path / "terms.json", {}, None, "Asia/Makassar")


def test_certificates_are_renewed_by_the_same_authority(tmp_path: Path) -> None:
    authority, tls = tmp_path / "authority", tmp_path / "tls"
    authority.mkdir()
    tls.mkdir()
    assert "made" in prepare(authority, tls, "bus.example.go.id", NOW)
    known, first = (tls / "ca.pem").read_bytes(), (tls / "broker.pem").read_bytes()
    assert "until" in prepare(authority, tls, "bus.example.go.id", NOW + timedelta(days=300))
    assert (tls / "broker.pem").read_bytes() == first
    assert "made" in prepare(authority, tls, "bus.example.go.id", NOW + timedelta(days=350))
    assert (tls / "broker.pem").read_bytes() != first
    assert (tls / "ca.pem").read_bytes() == known
    content = (tls / "broker.pem").read_bytes()
    broker, issuer = x509.load_pem_x509_certificates(content[content.index(b"-----BEGIN CERT") :])
    broker.verify_directly_issued_by(issuer)
    assert not (tls / "ca.key").exists()
    assert (tls / "broker.pem").stat().st_mode & 0o077 == 0


def test_an_operators_own_certificate_stays(tmp_path: Path) -> None:
    other, authority, tls = tmp_path / "other", tmp_path / "authority", tmp_path / "tls"
    for folder in (other, authority, tls):
        folder.mkdir()
    prepare(other, tls, "bus.example.go.id", NOW)
    before = (tls / "broker.pem").read_bytes()
    assert "another authority's and stays" in prepare(authority, tls, "elsewhere.example.go.id", NOW)
    assert (tls / "broker.pem").read_bytes() == before


async def test_on_the_embedded_broker_topics_are_made_and_one_line_says_what_is_not(tmp_path: Path) -> None:
    (port,) = programs.free_ports(1)
    settings = Settings(kafka=f"127.0.0.1:{port}")
    async with running(programs.broker(settings), tmp_path):
        said: list[str] = []
        given = await give(settings, ACCESS, said.append)
        assert (given.changes, given.password, given.guarded) == (3, None, False)
        assert said[-1] == (
            "  this broker has no users: whoever reaches it may do everything. "
            "Its topics are all that an agency gets here"
        )
