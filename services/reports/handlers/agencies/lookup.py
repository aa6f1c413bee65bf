"""What handlers about agencies look up first, and who may ask."""

from collections.abc import Iterator

from services.reports.domain import agency_errors as errors
from services.reports.domain.agency import Agency, agency_id
from services.reports.domain.office import Office
from services.reports.domain.rule import Rule
from services.reports.domain.share import Share, share_id
from services.reports.handlers.lookup import needs_incident, the_office
from shared.contracts.reports.agencies import (
    ACTOR,
    AcknowledgeIncident,
    AgencyCommand,
    ReportAgencyUnit,
    RuleCommand,
    SendAgencyMessage,
    ShareIncident,
    Side,
)
from shared.messaging.routes import Ref
from shared.messaging.work import Work

Shared = AcknowledgeIncident | ReportAgencyUnit | SendAgencyMessage | ShareIncident


def needs_agency(command: AgencyCommand, _: Work) -> Iterator[Ref]:
    """What a command about an agency loads."""
    yield Ref(Office, command.office)
    yield Ref(Agency, agency_id(command.office, command.agency))


def needs_rule(command: RuleCommand, _: Work) -> Iterator[Ref]:
    """What a command about a rule loads."""
    yield Ref(Office, command.office)
    yield Ref(Rule, command.rule)


def needs_share(command: Shared, work: Work) -> Iterator[Ref]:
    """What a command about an incident and an agency loads."""
    yield from needs_incident(command, work)
    yield Ref(Agency, agency_id(command.office, command.agency))
    yield Ref(Share, share_id(command.incident, command.agency))


async def the_agency(command: AgencyCommand | Shared, work: Work) -> Agency:
    """The agency a command is about. Raises `AgencyUnknown`."""
    office = await the_office(command, work)
    agency = await work.find(Agency, agency_id(office.id, command.agency))
    if agency is None or agency.gone:
        raise errors.AgencyUnknown
    return agency


async def the_rule(command: RuleCommand, work: Work) -> Rule:
    """The rule a command is about, where it is the asker's. Raises `RuleUnknown`."""
    office = await the_office(command, work)
    rule = await work.find(Rule, command.rule)
    if rule is None or rule.office != office.id or asking_agency(work) not in (None, rule.agency):
        raise errors.RuleUnknown
    return rule


async def shared_with(command: Shared, work: Work) -> Share:
    """What the agency was told of the incident. Raises `NotShared`, also of what does not exist."""
    share = await work.find(Share, share_id(command.incident, command.agency))
    if share is None or share.office != command.office or not share.sequence:
        raise errors.NotShared
    return share


def asking_agency(work: Work) -> str | None:
    """The agency that asks; None for anybody else."""
    kind, _, name = work.actor.partition("/")
    return name if kind == ACTOR else None


def side(work: Work) -> Side:
    """From which side it is asked."""
    return "office" if asking_agency(work) is None else "agency"


def must_be_agency(agency: str, work: Work) -> None:
    """Raises `NotYourSide` for anybody but this agency."""
    if asking_agency(work) != agency:
        raise errors.NotYourSide


def must_be_office(work: Work) -> None:
    """Raises `NotYourSide` for an agency."""
    if side(work) != "office":
        raise errors.NotYourSide
