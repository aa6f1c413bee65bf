"""What desk and other agencies see of what they share, in every state: rules, tokens, webhooks, an incident."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any

from services.reports.bridges.deliveries import Figures
from services.reports.bridges.destinations import Destination
from services.reports.bridges.shared import Standing
from services.reports.bridges.tokens import Token
from services.reports.demo import demo_office
from services.reports.entrypoints.agencies.caller import Caller
from services.reports.entrypoints.agencies.terms_form import TermsForm
from services.reports.entrypoints.agencies.words import (
    kind_words,
    rule_sign,
    status_words,
    talk_words,
    tier_words,
    webhook_words,
)
from services.reports.entrypoints.desk import names
from services.reports.entrypoints.staff import RULES
from services.reports.maps import Tiles
from services.reports.views.agencies import AgencyView, RuleView, SharedWithView, TalkView
from services.reports.views.agencies_lag import GroupView
from shared.contracts.fields import Text
from shared.contracts.reports.agencies import Position, Terms
from shared.contracts.share import IncidentState, SharedPlace, SharedUnit
from shared.staff.entrypoints.officer import Officer
from shared.web.problems import Problem
from tests.web.sample_office import NOW, PALU, Sample

OFFICE = demo_office().plan
KIND = OFFICE.categories[0]
THERE = NOW.astimezone(PALU)
MANAGER = Officer(OFFICE.id, "mira", "s", "Mira", frozenset({"manager"}), RULES.rights_of(("manager",)))
NO = Problem(409, "own-proposal", "Pihak lain yang harus menyetujui", "Aturan memerlukan persetujuan kedua pihak.")
RING = (Position(-0.95, 119.8), Position(-0.95, 119.95), Position(-0.8, 119.95))
CALLER = Caller(OFFICE.id, "damkar-palu", "t", "Ruang kendali")


def agency(slug: str, name: str, **more: Any) -> AgencyView:
    told = {"kind": "fire", "gone": False, "in_force": 2, "to_answer": 0, **more}
    return AgencyView(OFFICE.id, slug, Text(name, name), **told)


def rule(number: int, purpose: str, **more: Any) -> RuleView:
    terms = more.pop("terms", Terms("view", purpose, (KIND.id,), (RING,), "severe", NOW + timedelta(days=90)))
    told = {
        "state": "accepted",
        "decided_at": THERE,
        "incident": None,
        "expired": False,
        "proposed_by": "office",
        **more,
    }
    return RuleView(f"rule-{number}", "damkar-palu", terms, proposed_at=THERE - timedelta(days=3), **told)


DAMKAR = agency("damkar-palu", "Dinas Pemadam Kebakaran Kota Palu", to_answer=1)
AGENCIES = [DAMKAR, agency("pmi-palu", "PMI Kota Palu", kind="ambulance"), agency("lama", "Instansi lama", gone=True)]
ENOUGH = rule(1, "Pemadaman dan penyelamatan")
RULES_OF_BOTH = [
    rule(4, "Pengaturan lalu lintas", state="proposed", decided_at=None, proposed_by="agency"),
    rule(3, "Penyelamatan di air", state="proposed", decided_at=None, terms=Terms("assist", "Penyelamatan di air")),
    rule(2, "Latihan tahunan", expired=True),
    ENOUGH,
    rule(0, "Uji coba", state="ended"),
]
TOKEN = Token("t1", OFFICE.id, "damkar-palu", "Ruang kendali", NOW, "staff/mira", NOW, None, None)
TOKENS = [TOKEN, Token("t0", OFFICE.id, "damkar-palu", "Uji coba", NOW, "staff/mira", None, NOW, "staff/mira")]


def hook(id: str, name: str, **more: Any) -> Destination:
    told: dict[str, Any] = {
        "state": "active", "reason": "", "replay_from": None, "delivered_at": NOW, "failed_at": None, "failed_for": "",
        **more,
    }  # fmt: skip
    url = f"https://terima.damkar-palu.example.go.id/kentongan/{id}?kanal=darurat-bersama"
    return Destination(id, OFFICE.id, "damkar-palu", name, url, b"", made_at=NOW, made_by="agency/damkar-palu", **told)


FAILED = {"failed_at": NOW, "failed_for": "no answer within 10 s"}
HOOKS = [
    (hook("a", "Ruang kendali"), Figures(0, 1284, 0, None)),
    (hook("b", "Cadangan", **FAILED, replay_from=NOW), Figures(12, 40, 3, NOW + timedelta(minutes=9))),
    (hook("c", "Lama", state="disabled", reason="the receiver is gone: HTTP 410"), Figures(0, 3, 0, None)),
]
GROUPS = [GroupView("agency.damkar-palu.siaga", 0), GroupView("agency.damkar-palu.arsip", 318)]


def standing(id: str, **more: Any) -> Standing:
    told: dict[str, Any] = {
        "agency": "damkar-palu", "incident": id, "office": OFFICE.id, "sequence": 2, "change": "updated",
        "rule": "rule-1", "tier": "assist", "purpose": "Pemadaman dan penyelamatan", "state": "dispatched",
        "category": KIND.id, "category_name": KIND.name, "urgency": "immediate", "severity": "severe",
        "certainty": "likely", "priority": 1, "place": SharedPlace(-0.8917, 119.8707, 0), "reported_at": NOW,
        "changed_at": NOW, "units": (SharedUnit("patrol", "en-route"),), "number": "2026-000123", **more,
    }  # fmt: skip
    return Standing(IncidentState(**told), NOW, ())


COARSE = {"tier": "view", "number": None, "certainty": None, "place": SharedPlace(-0.895, 119.875, 790), "units": ()}
DRILL = standing("i-2", exercise=True, priority=2, **COARSE)
ENDED = Standing(
    IncidentState(
        agency="damkar-palu", incident="i-3", office=OFFICE.id, sequence=3, change="ended", ended="over", rule="rule-1",
        tier="view", purpose="Pemadaman", changed_at=NOW,
    ),
    NOW,
    (),
)  # fmt: skip
TALK = [
    TalkView(THERE, "IncidentShared", "damkar-palu", "Pemadaman", "office"),
    TalkView(THERE, "IncidentAcknowledged", "damkar-palu", "D-7", "agency"),
    TalkView(THERE, "AgencyUnitReported", "damkar-palu", "Pemadam 1: en-route", "agency"),
    TalkView(THERE, "AgencyMessageSent", "damkar-palu", "Kami berangkat", "agency"),
    TalkView(THERE, "AgencyMessageSent", "damkar-palu", "Lewat gerbang utara", "office"),
]
BY_HAND = rule(9, "Penyelamatan", incident="i-1", terms=Terms("assist", "Penyelamatan"))
SHARED = [
    SharedWithView("damkar-palu", DAMKAR.name, True, ENOUGH, True, 3),
    SharedWithView("pmi-palu", Text("PMI", "PMI"), False, BY_HAND, False, 2),
]


def agency_pages() -> Iterator[tuple[str, Sample]]:
    """Name, template and context."""
    yield from _desk()
    yield from _own()


def _page(template: str, **context: Any) -> Sample:
    numbers = count(1)
    keys = {"new_key": lambda: f"k-{next(numbers)}", "names": names, "problem": None, "officer": MANAGER}
    words = {"tiers": Lazy(tier_words), "kinds": Lazy(kind_words), "statuses": Lazy(status_words)}
    more = {"rule_sign": rule_sign, "webhook_words": webhook_words, "talk_words": talk_words, "zone": PALU}
    return Sample(template, {**keys, **words, **more, **context})


class Lazy(dict[str, str]):
    """Words that are looked up in the language of the request that shows the sample."""

    def __init__(self, words: Any) -> None:
        super().__init__()
        self._words = words

    def __getitem__(self, key: str) -> str:
        found: str = self._words()[key]
        return found

    def items(self) -> Any:
        return self._words().items()


def _desk() -> Iterator[tuple[str, Sample]]:
    yield "agencies", _page("agencies.html", agencies=AGENCIES, written={}, errors={})
    wrong = {"slug": "Huruf kecil, angka dan tanda hubung."}
    yield "agencies-none", _page("agencies.html", agencies=[], written={"slug": "X Y"}, errors=wrong)
    whole = {"agency": DAMKAR, "office": OFFICE, "rules": RULES_OF_BOTH, "tokens": TOKENS, "webhooks": HOOKS}
    yield "agency", _page("agency.html", **whole, groups=GROUPS, made=None)
    yield "agency-token-made", _page("agency.html", **whole, groups=None, made=(TOKEN, "kta_" + "x" * 43))
    nothing = {"agency": AGENCIES[2], "office": OFFICE, "rules": [], "tokens": [], "webhooks": []}
    yield "agency-gone", _page("agency.html", **nothing, groups=[], made=None, problem=NO)
    severities = list(names.SEVERITIES.items())[::-1]
    form = {"agency": DAMKAR, "office": OFFICE, "severities": severities, "tiles": Tiles()}
    yield "agency-rule", _page("agency_rule.html", **form, form=TermsForm())
    errors = {"purpose": "Ini wajib diisi.", "area": "Ini bukan wilayah.", "expires_at": "Ini bukan waktu yang benar."}
    written = TermsForm({"tier": "assist", "area": '{"type":"Point"}'}, (KIND.id,), errors)
    yield "agency-rule-wrong", _page("agency_rule.html", **form, form=written, problem=NO)
    incident = SimpleNamespace(id="i-1", number="2026-000123", category_name=KIND.name, exercise=False)
    known = {one.slug: one for one in AGENCIES}
    said = {"incident": incident, "shared": SHARED, "others": AGENCIES[1:2], "agencies": known, "talk": TALK}
    yield "incident-agencies", _page("incident_agencies.html", **said)
    drill = SimpleNamespace(id="i-2", number="2026-000124", category_name=KIND.name, exercise=True)
    silent: dict[str, Any] = {"incident": drill, "shared": [], "others": [], "agencies": {}, "talk": []}
    yield "incident-agencies-none", _page("incident_agencies.html", **silent, problem=NO)


def _own() -> Iterator[tuple[str, Sample]]:
    yield "agency-sign-in", _page("agency_sign_in.html")
    told = Problem(401, "agency-token-needed", "Diperlukan token dari instansi Anda")
    yield "agency-sign-in-wrong", _page("agency_sign_in.html", problem=told)
    own = {"caller": CALLER, "agency": DAMKAR, "office": OFFICE, "rules": RULES_OF_BOTH, "webhooks": HOOKS}
    full = {"standings": [standing("i-1"), DRILL], "more": True, "acknowledged": THERE, "groups": GROUPS}
    yield "agency-own", _page("agency_own.html", **own, **full, made=None)
    bare: dict[str, Any] = {"standings": [], "more": False, "acknowledged": None, "groups": []}
    secret = (HOOKS[0][0], "whsec_" + "A" * 44)
    yield "agency-own-secret", _page("agency_own.html", **own, **bare, made=secret)
    for name, shown, talk in (("i", standing("i-1"), TALK), ("drill", DRILL, []), ("ended", ENDED, TALK)):
        context = {"caller": CALLER, "standing": shown, "state": shown.state, "talk": talk}
        yield f"agency-own-incident-{name}", _page("agency_own_incident.html", **context)
