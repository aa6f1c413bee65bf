"""What agencies say, taken from their own topics and asked of the worker as commands of theirs.

The topic says which agency it is: nobody else may write there, and nothing in the message is believed about it.
Invariants: a message becomes a command whose id follows from the agency's own id for it, so that one sent twice has
one effect; its offset is committed only after the command is acknowledged; one that cannot be understood, or speaks of
what was never shared with the agency, is answered on the agency's topic and holds nobody up.
"""

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime

from services.reports.domain.agency_errors import NotShared
from services.reports.domain.share import Share, share_id
from shared.clock import Clock, system_clock
from shared.contracts.message import Command, commands_topic, dead_topic
from shared.contracts.reports import SERVICE
from shared.contracts.reports.agencies import ACTOR, AcknowledgeIncident, ReportAgencyUnit, SendAgencyMessage
from shared.contracts.share import COMMANDS, Acknowledge, Answer, AnswerRefused, ReportUnit, Say, answers_topic
from shared.log import get_logger
from shared.messaging import dead
from shared.messaging.envelope import Codec, Incoming, Record, encode_command, encode_notice
from shared.messaging.errors import Poison
from shared.messaging.kafka import Publisher, new_member_broker
from shared.messaging.listener import Listener
from shared.messaging.mongo_store import MongoStore
from shared.messaging.outside import Outside
from shared.messaging.store import Published
from shared.mongo import Client
from shared.settings import Settings

log = get_logger(__name__)

GROUP = "reports-answers"
SOURCE = "/kentongan/reports/sharing"
_NAME = "([a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?)"


class Answers:
    """Reads the topics of all agencies, also of those that come later."""

    def __init__(self, store: MongoStore, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._topic = settings.topic
        self._codec = Codec(COMMANDS)
        before, _, after = settings.topic(answers_topic("@")).partition("@")
        self._agency = re.compile(f"{re.escape(before)}{_NAME}{re.escape(after)}")
        broker = new_member_broker(settings)
        self._publisher = Publisher(broker)
        self._outside = Outside(self._publisher)
        self._commands = settings.topic(commands_topic(SERVICE))
        self._dead = settings.topic(dead_topic(SERVICE))
        self._listener = Listener(broker, settings, group=GROUP, pattern=self._agency.pattern, deal=self._pass_on)

    async def start(self) -> None:
        """Join the group. Raises `Transient` where the broker is away."""
        await self._listener.start()

    async def stop(self) -> None:
        """Leave the group."""
        await self._listener.stop()

    async def translate(self, records: Sequence[Record]) -> list[Published]:
        """What is to be published for some messages. Raises `Transient`."""
        now = self._clock()
        understood: list[tuple[str, Incoming]] = []
        published: list[Published] = []
        for record in records:
            agency = self._agency_of(record)
            try:
                understood.append((agency, self._codec.decode(record)))
            except Poison as poison:
                told = f"{record.place}/{record.offset}"
                published.append(self._refused(agency, told, str(poison), now))
        shares = await self._shares(understood)
        for agency, incoming in understood:
            assert isinstance(incoming.message, Answer)
            share = shares.get(share_id(incoming.message.incident, agency))
            if share is None or not share.sequence:
                published.append(self._refused(agency, incoming.id, NotShared.slug, now))
            else:
                published.append(self._command(agency, share.office, incoming, now))
        return published

    async def _shares(self, understood: Sequence[tuple[str, Incoming]]) -> dict[str, Share]:
        ids = {share_id(i.message.incident, agency) for agency, i in understood if isinstance(i.message, Answer)}
        return {share.id: share for share in await self._store.load(Share, "id", sorted(ids))} if ids else {}

    def _agency_of(self, record: Record) -> str:
        found = self._agency.fullmatch(record.topic)
        assert found is not None, record.topic
        return found[1]

    def _command(self, agency: str, office: str, incoming: Incoming, now: datetime) -> Published:
        key, value, headers = encode_command(
            _command_of(incoming.message, agency, office),
            id=f"agency-{hashlib.sha256(f'{agency} {incoming.id}'.encode()).hexdigest()[:40]}",
            source=SOURCE,
            time=now,
            actor=f"{ACTOR}/{agency}",
            correlation_id=incoming.correlation_id,
            traceparent=incoming.traceparent,
        )
        return Published(self._commands, key, value, headers)

    def _refused(self, agency: str, answer: str, reason: str, now: datetime) -> Published:
        log.warning("an agency's message came to nothing", agency=agency, answer=answer, reason=reason)
        refused = AnswerRefused(agency=agency, answer=answer, reason=reason[:1000])
        id = f"refused-{hashlib.sha256(f'{agency} {answer}'.encode()).hexdigest()[:40]}"
        key, value, headers = encode_notice(refused, id=id, source=SOURCE, time=now, correlation_id=id)
        return Published(self._topic(refused.topic()), key, value, headers)

    async def _pass_on(self, records: Sequence[Record]) -> None:
        await self._publish(await self.translate(records))

    async def _publish(self, messages: Sequence[Published]) -> None:
        """Commands, and notices to agencies, of which one whose topic is gone holds nobody up."""
        returned = await self._outside.publish([m for m in messages if m.topic != self._commands])
        now = self._clock()
        letters = [dead.write(dead.returned(m, reason, now), self._dead) for m, reason in returned]
        await self._publisher.publish([*(m for m in messages if m.topic == self._commands), *letters])


def _command_of(answer: object, agency: str, office: str) -> Command:
    match answer:
        case Acknowledge():
            return AcknowledgeIncident(
                office=office, incident=answer.incident, agency=agency, reference=answer.reference
            )
        case ReportUnit():
            return ReportAgencyUnit(
                office=office, incident=answer.incident, agency=agency, unit=answer.unit, status=answer.status
            )
        case Say():
            return SendAgencyMessage(
                office=office, incident=answer.incident, agency=agency, words=answer.words, side="agency"
            )
    raise AssertionError(type(answer))


def heard_agencies(_: Client, settings: Settings, store: MongoStore) -> Answers:
    """The reader as it runs beside the sharing process."""
    return Answers(store, settings, system_clock)
