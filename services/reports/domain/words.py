"""Words of a text by their stems, so that `pencurian` is found by `curi`: Snowball's Indonesian stemmer, and more.

The stemmer cannot know what a prefix has swallowed: `menipu` leaves `ipu` and `ditipu` leaves `tipu`, `perampok`
leaves `ampok` and `dirampok` leaves `rampok`. So a stem is taken further, to what all its forms have in common. A
few strangers meet there (`tali` and `kali`): a search that shows one too many is better than one that misses.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import Stemmer

TERMS_MOST = 400
TERM_LEAST = 2
_WORD = re.compile(r"[a-z0-9]{2,40}")
_HEAD = re.compile(r"^[tkr](?=[aiueo].{2})")
"""What `men-`, `meng-`, `per-` and `ter-` may have swallowed of a stem."""
_TAIL = re.compile(r".{3,}[aiueo]k$")
"""What `-kan` may have: `tabrakan` leaves `tabra`."""
_STEMMER = Stemmer.Stemmer("indonesian")
_STOP_WORDS = frozenset(
    [
        "ada",
        "agar",
        "akan",
        "antara",
        "apa",
        "atau",
        "bahwa",
        "bagi",
        "beberapa",
        "belum",
        "bisa",
        "bukan",
        "dalam",
        "dan",
        "dapat",
        "dari",
        "dengan",
        "di",
        "dia",
        "hanya",
        "harus",
        "ia",
        "ini",
        "itu",
        "jadi",
        "jika",
        "juga",
        "kalau",
        "kami",
        "kamu",
        "karena",
        "kata",
        "ke",
        "kepada",
        "kita",
        "lagi",
        "lain",
        "lalu",
        "lebih",
        "maka",
        "masih",
        "mereka",
        "namun",
        "oleh",
        "pada",
        "para",
        "pernah",
        "pun",
        "sampai",
        "sangat",
        "saat",
        "saja",
        "saya",
        "sebagai",
        "sebuah",
        "sedang",
        "sehingga",
        "sejak",
        "seorang",
        "seperti",
        "serta",
        "setelah",
        "sudah",
        "tak",
        "tapi",
        "telah",
        "tentang",
        "tersebut",
        "tetapi",
        "the",
        "tidak",
        "untuk",
        "waktu",
        "yaitu",
        "yakni",
        "yang",
    ]
)


def terms_of(*texts: str) -> tuple[str, ...]:
    """The stems of some texts, each once, in alphabetical order; the first `TERMS_MOST` that occur."""
    found: dict[str, None] = {}
    for word in _words(texts):
        if word not in _STOP_WORDS:
            found[_term(word)] = None
            if len(found) == TERMS_MOST:
                break
    return tuple(sorted(found))


def _words(texts: Iterable[str]) -> Iterable[str]:
    for text in texts:
        plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
        yield from _WORD.findall(plain)


@lru_cache(maxsize=20_000)
def _term(word: str) -> str:
    """What a word has in common with its other forms. The term of a term is itself."""
    while True:
        shorter: str = _STEMMER.stemWord(word)
        if shorter == word:
            shorter = _HEAD.sub("", word)
            shorter = shorter[:-1] if _TAIL.match(shorter) else shorter
        if shorter == word or len(shorter) < TERM_LEAST or shorter in _STOP_WORDS:
            return word
        word = shorter
