"""Writes the messages of reporters' and followers' live pages."""

import json
from typing import Any

from services.reports.context import Reports
from services.reports.live.reporters import topic_of


class ReporterScribe:
    """Reads a topic's view and puts it into words."""

    def __init__(self, reports: Reports) -> None:
        self._reports = reports

    async def topic(self, topic: str) -> bytes:
        """The message of a topic as things are now. Raises `IncidentUnknown`, `FollowerUnknown` and `Transient`."""
        kind, _, id, language = topic.split("/")
        if kind == "report":
            view = await self._reports.incidents.reported(id)
            return _bytes(self._reports.telling.report(view, language))
        return _bytes(self._reports.telling.follow(await self._reports.incidents.followed(id), language))


def report_topic(incident: str, language: str) -> str:
    """What a report's page listens to."""
    return topic_of("report", incident, incident, language)


def follow_topic(incident: str, follower: str, language: str) -> str:
    """What a follower's page listens to."""
    return topic_of("follow", incident, follower, language)


def _bytes(message: dict[str, Any]) -> bytes:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode()
