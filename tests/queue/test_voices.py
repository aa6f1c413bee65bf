"""What a board can say without a voice of its own: the shipped words are all there, and those that the script makes."""

from string import ascii_lowercase, digits

import pytest
from httpx import AsyncClient

from services.queue.demo import demo_office
from services.queue.voices import LANGUAGES, STATIC, clips_in, module
from shared.web.assets import Assets

MADE = (STATIC / "clips.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_sign_and_word_has_its_clip(code: str) -> None:
    assert clips_in(MADE)[code] == {*ascii_lowercase, *digits, *LANGUAGES[code].words}


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_counter_of_the_demo_office_can_be_said_whole(code: str) -> None:
    known = clips_in(MADE)[code]
    for counter in demo_office().plan.counters:
        words = getattr(counter.name, code).lower().split()
        assert all(word in known or set(word) <= set(digits) for word in words), words


def test_the_script_reads_what_it_writes() -> None:
    written = module({"id": {"a": [0.0, 0.25], "go": [0.4, 1.0]}})
    assert clips_in(written) == {"id": {"a", "go"}}


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_sound_is_small_and_served_as_sound(code: str) -> None:
    name = f"voice-{code}.opus"
    assert (STATIC / name).read_bytes()[:4] == b"OggS"
    assert (STATIC / name).stat().st_size < 100_000
    assert name in Assets("/queue/static", STATIC).names()


async def test_a_browser_gets_the_sound(citizen: AsyncClient) -> None:
    answer = await citizen.get("/queue/static/voice-id.opus")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/ogg")
