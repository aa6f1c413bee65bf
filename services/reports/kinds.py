"""Where each kind of aggregate of the reports service is kept, and by what it is looked up."""

from services.reports.domain.agency import Agency
from services.reports.domain.camera import Camera
from services.reports.domain.custody import CustodyEntry
from services.reports.domain.evidence import Evidence
from services.reports.domain.footage import FootageRequest
from services.reports.domain.incident import Incident
from services.reports.domain.office import Office
from services.reports.domain.plan_record import PlanRecord
from services.reports.domain.records import Entry, Follower, Reporter, Story
from services.reports.domain.register import Register
from services.reports.domain.rule import Rule
from services.reports.domain.share import Share
from services.reports.domain.trust import Trust
from services.reports.domain.unit import Unit
from shared.messaging.routes import Index, Kind
from shared.staff.routes import STAFF

KINDS: tuple[Kind, ...] = (
    # Few and read by almost every command: they stay in the worker's memory.
    Kind(Office, "offices", cached=True),
    Kind(Register, "registers", cached=True),
    Kind(PlanRecord, "plans", indexes=(Index(("office", "revision")), Index(("at",)))),
    Kind(Unit, "units", cached=True),
    Kind(
        Incident,
        "incidents",
        indexes=(
            Index(("at_work", "priority", "filed_at"), partial=True),  # the board
            Index(("due",), partial=True),  # what may be late
            Index(("asked",), partial=True),  # whose reporter waits for an answer
            Index(("office", "number"), unique=True),  # a number is given once, whatever else breaks
            Index(("office", "filed_at")),  # the latest, and what is old enough to be forgotten
            Index(("cell", "filed_at"), partial=True),  # what is near
            Index(("original",), partial=True),  # the duplicates of one
            Index(("idle_since",), partial=True),  # what may be forgotten
        ),
    ),
    Kind(Story, "stories", indexes=(Index(("office", "terms", "told_at", "id")),)),  # what was said with these words
    Kind(Reporter, "reporters", indexes=(Index(("told_at",)),)),
    Kind(
        Follower,
        "followers",
        indexes=(
            Index(("claim",), unique=True, partial=True),  # one contact follows an incident once
            Index(("incident",)),
        ),
    ),
    Kind(Entry, "timeline", indexes=(Index(("incident", "place")),)),
    Kind(Trust, "trust", indexes=(Index(("filed",)),)),
    STAFF,
    Kind(Agency, "agencies"),
    Kind(
        Rule,
        "rules",
        indexes=(
            Index(("in_force",), partial=True),  # what an office shares at present
            Index(("due",), partial=True),  # what expires
            Index(("office", "agency")),
        ),
    ),
    Kind(
        Share,
        "shares",
        indexes=(
            Index(("incident",)),  # who was told of one
            Index(("shared_by",), partial=True),  # what a rule shares at present
        ),
    ),
    Kind(
        Evidence,
        "evidence",
        indexes=(
            Index(("incident", "collected_at")),
            Index(("due",), partial=True),  # whose retention is over, and whose files are to go
        ),
    ),
    Kind(CustodyEntry, "custody", indexes=(Index(("evidence", "number"), unique=True),)),
    Kind(Camera, "cameras", indexes=(Index(("office",)),)),
    Kind(
        FootageRequest,
        "footage_requests",
        indexes=(
            Index(("incident", "asked_at")),
            Index(("due",), partial=True),  # of which somebody must be reminded
            Index(("office", "asked_at")),
        ),
    ),
)
