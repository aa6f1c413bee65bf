"""The demo office, Polres Palu: what can be reported there, who is sent, and what is promised.

The ten minutes until somebody is there at the first priority are what the police promise of their number 110. The
other times, the units and the questions are an example that an office changes as it works. Posts stand where their
districts are, within a few hundred metres; telephone numbers are left out, because 110 reaches all of them.
"""

from services.reports.demo_categories import CATEGORIES
from shared.contracts.fields import Text
from shared.contracts.reports.office import ConfigureOffice, OfficePlan, Post, ServiceLevel, UnitPlan

OFFICE = "polres-palu"


def _called(name: str) -> Text:
    """What goes by the same name in both languages."""
    return Text(name, name)


POSTS = (
    Post("polres", Text("Polres Palu", "Palu Police Office"), _called("Jl. Pemuda, Palu Timur"), -0.8917, 119.8707),
    Post("palu-barat", _called("Polsek Palu Barat"), _called("Palu Barat"), -0.8986, 119.8512),
    Post("palu-timur", _called("Polsek Palu Timur"), _called("Palu Timur"), -0.8868, 119.8841),
    Post("palu-selatan", _called("Polsek Palu Selatan"), _called("Palu Selatan"), -0.9235, 119.8832),
    Post("palu-utara", _called("Polsek Palu Utara"), _called("Palu Utara"), -0.8032, 119.8766),
    Post("mantikulore", _called("Polsubsektor Mantikulore"), _called("Mantikulore"), -0.8721, 119.9012),
    Post("manonda", _called("Pos Polisi Pasar Manonda"), _called("Pasar Inpres Manonda"), -0.9078, 119.8531),
    Post("bandara", _called("Pos Polisi Bandara"), _called("Bandara Mutiara SIS Al-Jufri"), -0.9186, 119.9097),
)
UNITS = (
    UnitPlan("patroli-1", Text("Patroli Sabhara 1", "Patrol 1"), "patrol"),
    UnitPlan("patroli-2", Text("Patroli Sabhara 2", "Patrol 2"), "patrol"),
    UnitPlan("patroli-3", Text("Patroli Polsek Palu Barat", "Patrol of Palu Barat"), "patrol"),
    UnitPlan("patroli-4", Text("Patroli Polsek Palu Selatan", "Patrol of Palu Selatan"), "patrol"),
    UnitPlan("lantas-1", Text("Unit Laka Lantas", "Traffic accident unit"), "traffic"),
    UnitPlan("lantas-2", Text("Patwal Lantas", "Traffic patrol"), "traffic"),
    UnitPlan("reskrim-1", Text("Tim Opsnal Reskrim", "Detectives on call"), "detective"),
    UnitPlan("reskrim-ppa", Text("Unit PPA", "Women and children protection unit"), "detective"),
    UnitPlan("narkoba-1", Text("Tim Narkoba", "Narcotics team"), "detective"),
    UnitPlan("sar-1", Text("Tim SAR Sabhara", "Search and rescue team"), "rescue"),
    UnitPlan("bhabin-1", Text("Bhabinkamtibmas", "Community police officer"), "community"),
)
LEVELS = (
    ServiceLevel(1, triage_minutes=1, dispatch_minutes=2, arrive_minutes=10, resolve_minutes=4 * 60),
    ServiceLevel(2, triage_minutes=5, dispatch_minutes=10, arrive_minutes=30, resolve_minutes=24 * 60),
    ServiceLevel(3, triage_minutes=30, dispatch_minutes=4 * 60, resolve_minutes=3 * 24 * 60),
    ServiceLevel(4, triage_minutes=4 * 60, resolve_minutes=14 * 24 * 60),
)
EMERGENCY_WORDS = (
    "tolong cepat", "bantuan segera", "darurat", "kebakaran", "terbakar", "api besar", "pisau", "parang", "badik",
    "senjata", "pistol", "ditusuk", "dibacok", "ditembak", "tembakan", "berdarah", "terluka", "luka parah", "pingsan",
    "tidak sadar", "sekarat", "tewas", "meninggal", "dipukuli", "dikeroyok", "tawuran", "dirampok", "dibegal",
    "begal", "disandera", "diculik", "penculikan", "diperkosa", "diancam", "bunuh diri", "bom", "terjebak",
    "tenggelam", "tabrakan", "tabrak lari", "need help now", "emergency", "on fire", "knife", "gun", "stabbed",
    "shot", "bleeding", "unconscious", "dying", "kidnapped", "suicide", "drowning",
)  # fmt: skip
"""Of danger to life, as people write it: in Indonesian first, in English for visitors."""


def demo_office() -> ConfigureOffice:
    """The command that sets the demo office's desk up."""
    plan = OfficePlan(
        id=OFFICE,
        name=Text("Polres Palu", "Palu Police Office"),
        address=Text("Kota Palu, Sulawesi Tengah", "Palu, Central Sulawesi"),
        time_zone="Asia/Makassar",
        latitude=-0.8917,
        longitude=119.8707,
        categories=CATEGORIES,
        units=UNITS,
        posts=POSTS,
        levels=LEVELS,
        emergency_number="110",
        emergency_words=EMERGENCY_WORDS,
    )
    return ConfigureOffice(office=OFFICE, plan=plan)
