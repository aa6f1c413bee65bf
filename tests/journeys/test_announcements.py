"""The lobby board speaks: both languages, one call after the other, by the device's voices or by the shipped words."""

from itertools import pairwise
from typing import Any

import pytest
from playwright.async_api import Page, expect

from services.queue.voices import STATIC
from shared.messaging.errors import Declined
from tests.journeys.browser import NOWHERE, WALL, People
from tests.journeys.places import NEW_SIM, NEW_SIM_COUNTER
from tests.journeys.running import COUNTER, RENEWAL, SKCK, SKCK_COUNTER, Office
from tests.support.waiting import until

SECONDS = 30.0
VOICES = """
window.said = [];
window.voices = [
  { name: "Damayanti", lang: "id-ID", localService: true },
  { name: "Far away", lang: "en-GB", localService: false },
  { name: "Daniel", lang: "en_GB", localService: true },
];
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => window.voices,
  speak: (words) => {
    window.said.push({ text: words.text, voice: words.voice.name, begun: performance.now() });
    setTimeout(() => { window.said.at(-1).ended = performance.now(); words.onend(); }, 300);
  },
  cancel: () => {},
} });
"""
"""A device with a voice of its own for each language, and one of somebody else's servers."""
CLIPS = """
window.played = [];
const { start } = AudioBufferSourceNode.prototype;
AudioBufferSourceNode.prototype.start = function (when, offset, duration) {
  window.played.push(offset);
  return start.call(this, when, offset, duration);
};
Object.defineProperty(window, "speechSynthesis", { value: { getVoices: () => [], cancel: () => {} } });
"""
"""A device without any voice."""


async def board(people: People, office: Office, device: str) -> Page:
    """A board on such a device, with its sound on."""
    page = await people.enter(NOWHERE, WALL)
    await page.add_init_script(device)
    await page.goto(office.board)
    await expect(page.locator("html")).to_have_attribute("data-line", "on")
    await expect(page.get_by_text("Belum ada suara")).to_be_visible()
    await page.get_by_role("button", name="Suara").click()
    await expect(page.get_by_text("Belum ada suara")).to_be_hidden()
    return page


async def heard(page: Page, sentences: int) -> list[dict[str, Any]]:
    """The first things that are said, to their end."""
    spoken: list[dict[str, Any]] = []

    async def enough() -> bool:
        spoken[:] = await page.evaluate("said")
        return len(spoken) >= sentences and all("ended" in words for words in spoken)

    await until(enough, within=SECONDS, what=f"{sentences} sentences are said")
    return spoken


async def test_two_calls_at_once_are_said_one_after_the_other(people: People, office: Office) -> None:
    page = await board(people, office, VOICES)
    for service in (RENEWAL, SKCK):
        await office.take(service)
    await office.call()
    await office.call(SKCK_COUNTER)
    spoken = await heard(page, 4)
    assert [(words["text"], words["voice"]) for words in spoken] == [
        ("Nomor B, 0, 0, 1. Silakan ke Loket 2.", "Damayanti"),
        ("Number B, 0, 0, 1. Please go to Counter 2.", "Daniel"),
        ("Nomor C, 0, 0, 1. Silakan ke Loket 3.", "Damayanti"),
        ("Number C, 0, 0, 1. Please go to Counter 3.", "Daniel"),
    ]
    assert all(before["ended"] <= after["begun"] for before, after in pairwise(spoken))


async def test_a_call_that_is_no_longer_true_when_its_turn_comes_is_not_said(people: People, office: Office) -> None:
    page = await board(people, office, VOICES)
    for service in (RENEWAL, SKCK, NEW_SIM):
        await office.take(service)
    await office.call(NEW_SIM_COUNTER)
    await office.call(SKCK_COUNTER)
    await office.undo(SKCK_COUNTER)
    await expect(page.locator("[data-live-list=calls] > li")).to_have_count(1)
    await office.call()
    spoken = await heard(page, 4)
    assert [words["text"][6:16] for words in spoken[::2]] == ["A, 0, 0, 1", "B, 0, 0, 1"]


async def test_a_board_without_voices_plays_the_words_that_are_shipped(people: People, office: Office) -> None:
    page = await board(people, office, CLIPS)
    await office.take()
    await office.call()
    clips = await page.evaluate("import('/queue/static/clips.js').then(({ CLIPS }) => CLIPS)")
    words = [
        *(clips["id"][word][0] for word in ("number", "b", "0", "0", "1", "go", "loket", "2")),
        *(clips["en"][word][0] for word in ("number", "b", "0", "0", "1", "go", "counter", "2")),
    ]

    async def all_played() -> bool:
        return bool(await page.evaluate("played") == words)

    await until(all_played, within=SECONDS, what="all words are played")


@pytest.mark.parametrize("code", ["id", "en"])
async def test_every_clip_lies_within_its_sound(people: People, office: Office, code: str) -> None:
    page = await board(people, office, CLIPS)
    told = await page.evaluate(
        """async (code) => {
          const { CLIPS } = await import("/queue/static/clips.js");
          const bytes = await (await fetch(`/queue/static/voice-${code}.opus`)).arrayBuffer();
          const { duration } = await new OfflineAudioContext(1, 1, 48000).decodeAudioData(bytes);
          return { ends: Object.values(CLIPS[code]).map(([begin, length]) => begin + length), duration };
        }""",
        code,
    )
    assert (STATIC / f"voice-{code}.opus").exists()
    assert max(told["ends"]) <= told["duration"]


async def test_who_is_called_once_more_lights_up_again(people: People, office: Office) -> None:
    page = await board(people, office, VOICES)
    for service in (RENEWAL, SKCK):
        await office.take(service)
    await office.call()
    await office.call(SKCK_COUNTER)
    rows = page.locator("[data-live-list=calls] > li")
    await expect(rows.nth(0)).to_contain_text("C-001")
    await expect(page.locator("[data-live-list=calls] > li[data-fresh]")).to_have_count(0, timeout=SECONDS * 1000)
    await until(lambda: _recalled(office), within=40, what="the person may be called again")
    await expect(rows.nth(0)).to_contain_text("B-001")
    await expect(rows.nth(0)).to_have_attribute("data-fresh", "")
    await expect(rows.nth(1)).not_to_have_attribute("data-fresh", "")
    assert [words["text"][6:16] for words in await heard(page, 6)][-2] == "B, 0, 0, 1"


async def _recalled(office: Office) -> bool:
    try:
        await office.recall(COUNTER)
    except Declined:  # not yet: a lobby is not shouted at
        return False
    return True
