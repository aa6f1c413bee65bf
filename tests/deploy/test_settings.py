"""docs/settings.md names every variable, with its default and meaning, and no other."""

import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings

from deploy.agency.settings import AgencySettings
from shared.settings import Settings

REPOSITORY = Path(__file__).parents[2]
PAGE = (REPOSITORY / "docs" / "settings.md").read_text(encoding="utf-8")
COMPOSE = (REPOSITORY / "docker-compose.yml").read_text(encoding="utf-8")


def rows_of(settings: type[BaseSettings]) -> Iterator[str]:
    for name, field in settings.model_fields.items():
        variable = f"{settings.model_config['env_prefix']}{name.upper()}"
        meaning = " ".join((field.description or "").split())
        yield f"| `{variable}` | {default_of(field.default)} | {meaning} |"


def default_of(value: object) -> str:
    match value:
        case SecretStr() | "":
            return ""
        case bool():
            return f"`{str(value).lower()}`"
        case float():
            return f"`{value:g}`"
    return f"`{value}`"


def section(title: str) -> str:
    return PAGE.split(f"## {title}\n")[1].split("\n## ")[0]


def test_the_page_says_of_every_setting_what_the_code_says() -> None:
    told = re.findall(r"^\| `.*\|$", PAGE.split("\n## Beside them\n")[0], re.MULTILINE)
    assert told == [*rows_of(Settings), *rows_of(AgencySettings)]


def test_the_page_names_what_compose_reads_beside_the_settings() -> None:
    known = {row.split("`")[1] for settings in (Settings, AgencySettings) for row in rows_of(settings)}
    asked = set(re.findall(r"\$\{([A-Z0-9_]+)", COMPOSE)) - known
    assert asked - set(re.findall(r"^\| `([A-Z0-9_]+)`", section("Beside them"), re.MULTILINE)) == set()
