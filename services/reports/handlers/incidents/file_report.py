"""FileReport: something was reported."""

from collections.abc import Iterator
from datetime import timedelta

from services.reports.domain import errors
from services.reports.domain.incident import Incident
from services.reports.domain.office import Office, check_answers
from services.reports.domain.records import Reporter, Story
from services.reports.domain.register import Register, register_id
from services.reports.domain.trust import Trust, trust_id
from services.reports.domain.words import terms_of
from services.reports.handlers.lookup import check_side, the_office
from services.reports.handlers.timeline import written
from shared.contracts.message import Event
from shared.contracts.reports.incidents import FileReport
from shared.messaging.routes import Ref
from shared.messaging.work import Work

CLOCKS_DIFFER = timedelta(minutes=10)
"""How far a telephone's clock may be ahead of ours."""


def needs(command: FileReport, work: Work) -> Iterator[Ref]:
    """The office says which year it is there, and so which register."""
    yield Ref(Office, command.office)
    if command.contact is not None:
        yield Ref(Trust, trust_id(command.office, command.contact))
    office = work.loaded(Office, command.office)
    if office is not None:
        yield Ref(Register, _register(office, work))


async def file_report(command: FileReport, work: Work) -> "list[Event]":
    """Take a report in under the office's next number."""
    if command.way == "desk":
        check_side("desk", work)
    office = await the_office(command, work)
    category = office.category(command.category)
    check_answers(category, command.answers)
    place = command.place
    if not place.words and (place.latitude is None or place.longitude is None):
        raise errors.PlaceMissing
    if command.happened_at is not None and command.happened_at > work.now + CLOCKS_DIFFER:
        raise errors.HappensLater
    suspect = await _files(command, office, work)
    number = (await _the_register(office, work)).next()
    incident, reported = Incident.file(work.command_id, number, command, office, work.now, suspect=suspect)
    work.add(incident)
    answers = " ".join(answer.value for answer in command.answers)
    terms = terms_of(number, category.name.id, place.words, answers, command.words)
    work.add(Story(incident.id, office.id, command.words, place.words, command.answers, terms, work.now))
    if command.reporter is not None or command.contact is not None:
        work.add(Reporter(incident.id, command.reporter, command.contact, work.now))
    return [*written(work, reported)]


async def _files(command: FileReport, office: Office, work: Work) -> bool:
    """Count a report for its contact. True: it is set aside, for the contact is known for pranks.

    A caller's report never is: a dispatcher has heard them. Raises `TooManyReports`.
    """
    if command.contact is None:
        return False
    id = trust_id(office.id, command.contact)
    trust = await work.find(Trust, id)
    if trust is None:
        trust = Trust(id)
        work.add(trust)
    called = command.way == "desk"
    trust.file(work.now, called=called)
    return trust.suspect and not called


async def _the_register(office: Office, work: Work) -> Register:
    id = _register(office, work)
    register = await work.find(Register, id)
    if register is None:
        register = Register(id)
        work.add(register)
    return register


def _register(office: Office, work: Work) -> str:
    return register_id(office.id, office.local(work.now).year)
