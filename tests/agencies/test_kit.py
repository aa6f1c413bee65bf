"""What an agency's engineer is given: a client that knows every field, and a day made by the real domain."""

import json
import subprocess
import sys
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiokafka import ConsumerRecord
from kentongan_agency import Ended, Incident, Refused, Reply, Unreadable
from kentongan_agency.client import _is_new, read
from pydantic import TypeAdapter

from deploy.agency.sandbox.day import Day, Told, beginning_of
from services.reports.demo import demo_office
from shared.contracts.share import AnswerRefused, DeskReplied, IncidentChanged, IncidentState
from shared.messaging.envelope import Codec, Record
from tests.contracts.share_samples import SHARE

KIT = Path(__file__).parents[2] / "deploy" / "agency" / "kit"


@pytest.fixture(scope="module")
async def day() -> list[Told]:
    """A small day."""
    return await Day(demo_office().plan, "sandbox", beginning_of(datetime.now(UTC)), "day").tell(25, 7)


def _record(value: bytes, kind: str) -> "ConsumerRecord[bytes, bytes]":
    headers = (("ce_type", kind.encode()),)
    return ConsumerRecord("t", 0, 0, 0, 0, b"k", value, None, 1, len(value), headers)


def test_the_client_knows_every_field_of_the_contract() -> None:
    ours = set(IncidentChanged.model_fields)
    assert ours == set(Incident.model_fields) | set(Ended.model_fields) | {"change"}
    assert set(AnswerRefused.model_fields) == set(Refused.model_fields)
    assert set(IncidentState.model_fields) == ours
    assert set(DeskReplied.model_fields) == set(Reply.model_fields)


@pytest.mark.parametrize("sample", [s for s in SHARE if isinstance(s, IncidentChanged | IncidentState)])
def test_the_client_reads_what_is_published(sample: IncidentChanged | IncidentState) -> None:
    told = read(_record(sample.model_dump_json().encode(), sample.type()))
    assert isinstance(told, Incident)
    assert told.place is not None
    assert sample.place is not None
    assert told.place.latitude == sample.place.latitude


def test_a_reply_is_read_once() -> None:
    (sample,) = [s for s in SHARE if isinstance(s, DeskReplied)]
    told = read(_record(sample.model_dump_json().encode(), sample.type()))
    assert isinstance(told, Reply)
    assert (told.words, told.written_at) == (sample.words, sample.written_at)
    seen: dict[str, int] = {}
    assert [_is_new(told, seen), _is_new(told, seen)] == [True, False]
    assert _is_new(told.model_copy(update={"reply": "another"}), seen)


def test_the_client_bears_what_is_new() -> None:
    (sample, *_) = [s for s in SHARE if isinstance(s, IncidentChanged)]
    data = json.loads(sample.model_dump_json()) | {"new": 1, "state": "elsewhere"}
    told = read(_record(json.dumps(data).encode(), sample.type()))
    assert isinstance(told, Incident)
    assert told.state == "elsewhere"
    assert read(_record(b"{}", "kentongan.share.SomethingNew.v1")) is None
    assert isinstance(read(_record(json.dumps(data).encode(), "kentongan.share.IncidentChanged.v2")), Incident)
    with pytest.raises(Unreadable, match="t/0/0"):
        read(_record(b"no json", sample.type()))


def test_the_day_is_an_exercise_throughout_and_in_order(day: list[Told]) -> None:
    codec = Codec([IncidentChanged, IncidentState, DeskReplied])
    replies = 0
    sequences: dict[tuple[str, str], list[int]] = defaultdict(list)
    for nth, one in enumerate(day):
        message = one.message
        told = codec.decode(Record(message.topic, 0, nth, 0, message.key, message.value, message.headers)).message
        assert isinstance(told, IncidentChanged | IncidentState | DeskReplied)
        assert told.exercise
        if isinstance(told, DeskReplied):
            replies += 1
            continue
        assert TypeAdapter(type(told)).validate_json(message.value or b"") == told
        sequences[message.topic, told.incident].append(told.sequence)
    assert replies > 0, "the desk writes now and then"
    assert len({incident for _, incident in sequences}) == 25
    assert all(seen == list(range(1, len(seen) + 1)) for seen in sequences.values())
    assert [one.after for one in day] == sorted(one.after for one in day)


async def test_the_same_seed_is_the_same_day(day: list[Told]) -> None:
    again = await Day(demo_office().plan, "sandbox", beginning_of(datetime.now(UTC)), "day").tell(25, 7)
    assert [one.message.key for one in again] == [one.message.key for one in day]
    other = await Day(demo_office().plan, "sandbox", beginning_of(datetime.now(UTC)), "day").tell(25, 8)
    assert [one.message.key for one in other] != [one.message.key for one in day]


def test_the_client_needs_nothing_of_kentongans_own() -> None:
    script = (
        "import sys, kentongan_agency; "
        "assert not [m for m in sys.modules if m.split('.')[0] in ('shared', 'services', 'deploy')]"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=KIT / "python", env={"PATH": ""})
