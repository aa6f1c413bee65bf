"""Makes the sounds by which a lobby board speaks where the browser has no voice of its own for a language.

`python -m services.queue.voices` needs Debian's espeak-ng and opus-tools, writes one file of sound a language into
the static files and beside them `clips.js`, which tells where in it each word is. All of it is committed: who runs
a board needs none of this.
"""

import re
import subprocess
import sys
import tempfile
import wave
from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import ascii_lowercase, digits
from typing import NamedTuple

STATIC = Path(__file__).parent / "entrypoints" / "static"
BITS_PER_SECOND = 24
"""Thousands. Speech needs no more."""
GAP_SECONDS = 0.15
"""Of silence after each word: what is played of one never touches the next."""
QUIET = 300
"""Below this a sample is silence."""


class Language(NamedTuple):
    """A voice and the words it must know, besides letters and digits."""

    voice: str
    words: Mapping[str, str]
    """Name of the clip → what is said."""


LANGUAGES: Mapping[str, Language] = {
    "id": Language("id", {"number": "nomor", "go": "silakan ke", "loket": "loket", "meja": "meja", "ruang": "ruang"}),
    "en": Language(
        "en-gb", {"number": "number", "go": "please go to", "counter": "counter", "desk": "desk", "room": "room"}
    ),
}
"""Which words of a counter's name are known; another name is shown, and only its letters and digits are said."""


def spoken(language: Language, said: str, folder: Path) -> tuple[int, list[int]]:
    """Sample rate and samples of something said, without the silence around it."""
    path = folder / "word.wav"
    _run("espeak-ng", "-v", language.voice, "-s", "140", "-m", "-w", str(path), said)
    with wave.open(str(path)) as sound:
        samples = array("h", sound.readframes(sound.getnframes())).tolist()
        rate = sound.getframerate()
    loud = [n for n, sample in enumerate(samples) if abs(sample) > QUIET]
    return rate, samples[loud[0] : loud[-1] + 1]


def clips_of(language: Language, target: Path) -> dict[str, list[float]]:
    """Write a language's sound; returns where each clip begins and how long it is, in seconds."""
    said = dict(language.words)
    said |= {sign: f'<say-as interpret-as="characters">{sign}</say-as>' for sign in ascii_lowercase + digits}
    clips: dict[str, list[float]] = {}
    whole: list[int] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for clip, words in said.items():
            rate, samples = spoken(language, words, folder)
            clips[clip] = [round(len(whole) / rate, 3), round(len(samples) / rate, 3)]
            whole.extend(samples)
            whole.extend([0] * int(rate * GAP_SECONDS))
        raw = folder / "whole.wav"
        with wave.open(str(raw), "wb") as sound:
            sound.setparams((1, 2, rate, 0, "NONE", ""))
            sound.writeframes(array("h", whole).tobytes())
        _run("opusenc", "--quiet", "--bitrate", str(BITS_PER_SECOND), "--serial", "1", str(raw), str(target))
    return clips


def module(clips: Mapping[str, Mapping[str, Sequence[float]]]) -> str:
    """The script that tells where the clips are."""
    lines = ["// Made by services/queue/voices.py: language → clip → [begin, length] in seconds."]
    lines.append("export const CLIPS = {")
    for code, known in clips.items():
        told = ", ".join(f'"{name}": [{begin}, {length}]' for name, (begin, length) in known.items())
        lines.append(f"  {code}: {{ {told} }},")
    return "\n".join([*lines, "};", ""])


def clips_in(script: str) -> dict[str, set[str]]:
    """Language → the clips that such a script names."""
    rows = re.findall(r"^  (\w\w): \{ (.*) \},$", script, re.MULTILINE)
    return {code: set(re.findall(r'"(\w+)": \[', told)) for code, told in rows}


def _run(*command: str) -> None:
    subprocess.run(command, check=True)  # noqa: S603  # words of this module alone


def main() -> None:
    """Make them all."""
    made = {code: clips_of(language, STATIC / f"voice-{code}.opus") for code, language in LANGUAGES.items()}
    (STATIC / "clips.js").write_text(module(made), encoding="utf-8")
    sys.stdout.write(f"{STATIC}: {', '.join(f'{len(clips)} clips in {code}' for code, clips in made.items())}\n")


if __name__ == "__main__":
    main()
