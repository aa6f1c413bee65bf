"""Which category of CAP an office's own kind of incident belongs to.

CAP 1.2 (OASIS Standard, 1 July 2010, section 3.2.2, element `category`) knows Geo, Met, Safety, Security, Rescue, Fire,
Health, Env, Transport, Infra, CBRNE and Other. An office names its kinds as it likes: they are known by the usual words
for them, Indonesian and English, alone or as a part of the name (`kebakaran-lahan`). What nobody knows is Safety,
"general emergency and public safety", as everything is that a police station is told.
"""

from collections.abc import Mapping
from functools import lru_cache

UNKNOWN = "Safety"
_WORDS: Mapping[str, str] = {
    "Geo": "gempa tsunami longsor gunung erupsi earthquake landslide volcano",
    "Met": "banjir badai angin puting-beliung cuaca kekeringan flood storm wind weather drought",
    "Safety": "kerumunan keramaian kebisingan bising balon hewan crowd noise animal",
    "Security": "pencurian curanmor pencopetan perampokan perampasan pembegalan begal penjambretan perkelahian tawuran"
    " penganiayaan pembunuhan pengancaman pemerasan kdrt kekerasan pelecehan perkosaan perusakan narkoba penipuan"
    " penggelapan judi teror bom senjata mencurigakan theft robbery burglary fight assault murder threat extortion"
    " domestic violence harassment vandalism drugs fraud gambling terror bomb weapon suspicious",
    "Rescue": "orang-hilang tenggelam hanyut terjebak penyelamatan missing missing-person drowning trapped rescue",
    "Fire": "kebakaran api fire",
    "Health": "kesehatan medis sakit keracunan wabah ambulans health medical sick poisoning outbreak ambulance",
    "Env": "pencemaran limbah sampah lingkungan pollution waste environment",
    "Transport": "kecelakaan laka lalu-lintas macet kemacetan ugal-ugalan balap-liar kapal accident crash traffic jam"
    " reckless racing ship",
    "Infra": "listrik pln air gas jembatan jalan-rusak tiang power electricity water bridge road-damage",
    "CBRNE": "kimia radiasi nuklir ledakan chemical radiation nuclear explosion",
    "Other": "lainnya lain-lain other",
}
CATEGORIES: Mapping[str, str] = {word: category for category, words in _WORDS.items() for word in words.split()}
"""Kind of incident → category."""


@lru_cache(maxsize=1_000)
def cap_category(kind: str | None) -> str:
    """The category of a kind of incident: by its whole name, else by its first word that is known."""
    known = (CATEGORIES[word] for word in (kind or "", *(kind or "").split("-")) if word in CATEGORIES)
    return next(known, UNKNOWN)
