"""Reads `deploy/topics.toml`. A topic that is not written there does not exist; a typing error is told, not ignored."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from deploy.problem import Problem

DECLARATION = Path(__file__).parent.parent / "topics.toml"


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as it shall be."""

    name: str
    partitions: int
    config: Mapping[str, str]


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9.-]{0,200}$")
    partitions: int = Field(ge=1)
    config: dict[str, str]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    topic: list[_Declared]


def declared_topics(path: Path = DECLARATION, *, named: Callable[[str], str], replication: int) -> list[Topic]:
    """The file's topics under their names in this installation (`Settings.topic`)."""
    try:
        topics = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).topic
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise Problem(f"{path} can't be read: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise Problem(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    names = [topic.name for topic in topics]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Problem(f"{path}: declared twice: {', '.join(twice)}")
    insync = {"min.insync.replicas": "2" if replication >= 3 else "1"}
    return [Topic(named(topic.name), topic.partitions, insync | topic.config) for topic in topics]
