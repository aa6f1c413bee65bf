"""Desk or agency wrote to the other: what the desk wrote is told to the agency on its topic.

The event carries no words; they are those of the timeline's line that it wrote. They are the desk's own, written for
this agency: nothing else of the incident is told by them. Checked at this moment, as all that is shared: where the rule
by which the agency got the incident has ended meanwhile, nothing is said.
"""

from services.reports.domain.records import Entry
from services.reports.domain.rule import Rule
from services.reports.domain.share import Share, share_id
from services.reports.sharing.on_incident import on_incident
from shared.contracts.message import Event
from shared.contracts.reports.agencies import AgencyMessageSent
from shared.contracts.share import DeskReplied
from shared.messaging.work import Work


async def on_message(event: AgencyMessageSent, work: Work) -> list[Event]:
    """How the incident is now, if the agency does not know it yet, and the reply after it."""
    events = await on_incident(event, work)
    if event.side == "office":
        events += await _replied(event, work)
    return events


async def _replied(event: AgencyMessageSent, work: Work) -> list[Event]:
    share = await work.find(Share, share_id(event.incident, event.agency))
    rule = await work.find(Rule, share.rule) if share is not None and share.rule else None
    if share is None or rule is None or not rule.is_in_force(work.present):
        return []
    lines = await work.select(Entry, {"incident": event.incident, "place": event.revision}, limit=10)
    return [
        DeskReplied(
            agency=event.agency,
            incident=event.incident,
            office=event.office,
            reply=line.id,
            words=line.words,
            written_at=line.at,
            exercise=share.exercise,
            rule=rule.id,
            purpose=rule.terms.purpose,
        )
        for line in lines
        if line.what == AgencyMessageSent.__name__ and line.about.partition(":")[0] == event.agency
    ]
