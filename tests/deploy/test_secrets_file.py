"""The secrets of a Compose installation."""

import stat
from pathlib import Path

from pydantic import SecretStr

from deploy.secrets_file import SECRETS, write_secrets
from services.reports.identity.identity import Identities


def entries(path: Path) -> dict[str, str]:
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def test_secrets_are_random_long_and_for_their_owner_alone(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    assert write_secrets(first) == list(SECRETS)
    write_secrets(second)
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    values = [*entries(first).values(), *entries(second).values()]
    assert len(set(values)) == 2 * len(SECRETS)
    assert all(len(value) >= 32 for value in values)


def test_the_key_to_identities_is_one(tmp_path: Path) -> None:
    write_secrets(tmp_path / ".env")
    Identities.of(SecretStr(entries(tmp_path / ".env")["KENTONGAN_IDENTITY_KEYS"]))


def test_what_is_there_stays_and_what_is_missing_is_added(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("EDGE_SITE=antrean.example.go.id\nKENTONGAN_SECRET_KEY=kept")
    assert write_secrets(path) == [name for name in SECRETS if name != "KENTONGAN_SECRET_KEY"]
    assert entries(path)["KENTONGAN_SECRET_KEY"] == "kept"
    assert entries(path)["EDGE_SITE"] == "antrean.example.go.id"
    assert write_secrets(path) == []
