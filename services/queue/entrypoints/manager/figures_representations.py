"""The resources of the JSON API about an office's figures."""

from datetime import date, datetime

from services.queue.entrypoints.representations import TextOut
from shared.web.representations import Resource


class SpreadOut(Resource):
    """How long something took, in minutes."""

    median: float
    p90: float


class OpinionOut(Resource):
    """What people said of their visits."""

    counts: list[int]
    """How many gave 1, 2, 3, 4 and 5."""
    average: float | None


class TallyOut(Resource):
    """Some stays in lines, summed up. A visit of several services is several stays."""

    people: int
    served: int
    missed: int
    cancelled: int
    open: int
    """Still waiting or being served; on an earlier day, never seen to."""
    waiting: SpreadOut | None
    """From joining the line to the latest call. None where nobody was called."""
    handling: SpreadOut | None
    opinion: OpinionOut


class RowOut(Resource):
    """A service or a counter."""

    id: str
    name: TextOut
    tally: TallyOut


class SpanOut(Resource):
    """A day, or the week that begins with it."""

    begin: date
    tally: TallyOut


class HourOut(Resource):
    """An hour of the day, 0 to 23."""

    hour: int
    came: int
    served: int


class SaidOut(Resource):
    """What somebody wrote of a visit."""

    day: date
    service_name: TextOut
    counter_name: TextOut | None
    score: int
    words: str


class ExpectedHourOut(Resource):
    """What is expected of one of the day's next hours."""

    begins: datetime
    people: float
    """How many will come."""
    likely_minutes: float | None
    """How long they will wait, as often less as more. None where that can't be said."""
    at_most_minutes: float | None
    """Nine times of ten not more."""


class OutlookOut(Resource):
    """The rest of a service's day, as it looks now."""

    service: str
    hours: list[ExpectedHourOut]


class FiguresOut(Resource):
    """An office's figures of some days."""

    office: str
    first: date
    last: date
    service: str | None
    counter: str | None
    whole: TallyOut
    services: list[RowOut]
    counters: list[RowOut]
    spans: list[SpanOut]
    """Days, or weeks where there are more than a month of them."""
    by_week: bool
    hours: list[HourOut]
    words: list[SaidOut]
    """Latest first."""
