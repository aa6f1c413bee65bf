"""The resources of the JSON API about other agencies."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from services.reports.bridges.tokens import Token
from services.reports.bridges.webhooks import Webhook
from services.reports.views.agencies import AgencyView, RuleView, SharedWithView, TalkView
from shared.contracts.fields import Slug, Text
from shared.contracts.reports.agencies import AgencyKind, Side, Terms, Tier
from shared.contracts.reports.base import Reason, Words
from shared.contracts.share import IncidentState
from shared.web.representations import Body, Resource

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Purpose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=300)]


class SharedOut(Resource):
    """Incidents as they stand for the agency, in the order of their ids."""

    incidents: list[IncidentState]
    next: str | None
    """Where the others are; null at the end."""


class AgencyOut(Resource):
    """An agency that the office has rules with."""

    slug: str
    name: Text
    kind: AgencyKind
    gone: bool
    """Nothing is shared with it any more."""
    in_force: int
    """Rules that share something now."""
    to_answer: int
    """Proposals of its own that wait for the office."""

    @classmethod
    def of(cls, view: AgencyView) -> "AgencyOut":
        """From the view."""
        return cls.model_validate(view)


class RuleOut(Resource):
    """Which incidents are shared, and for what."""

    id: str
    agency: str
    terms: Terms
    proposed_by: Side
    proposed_at: datetime
    state: Literal["proposed", "accepted", "ended"]
    decided_at: datetime | None
    expired: bool

    @classmethod
    def of(cls, view: RuleView) -> "RuleOut":
        """From the view."""
        return cls.model_validate(view)


class SharedWithOut(Resource):
    """Who has an incident, or had it."""

    agency: str
    name: Text
    has_it: bool
    rule: str | None
    """By which it was shared last."""
    by_hand: bool
    tier: Tier | None
    purpose: str
    acknowledged: bool

    @classmethod
    def of(cls, view: SharedWithView) -> "SharedWithOut":
        """From the view."""
        rule = view.rule
        return cls(
            agency=view.agency,
            name=view.name,
            has_it=view.has_it,
            rule=rule.id if rule else None,
            by_hand=bool(rule and rule.incident),
            tier=rule.terms.tier if rule else None,
            purpose=rule.terms.purpose if rule else "",
            acknowledged=view.acknowledged,
        )


class MessageOut(Resource):
    """A message between desk and agency."""

    at: datetime
    side: Side
    """Who wrote it."""
    words: str

    @classmethod
    def of(cls, view: TalkView) -> "MessageOut":
        """From the view."""
        return cls.model_validate(view)


class TokenOut(Resource):
    """A token, without its text."""

    id: str
    name: str
    made_at: datetime
    made_by: str
    used_at: datetime | None
    """To within some minutes."""
    ended_at: datetime | None

    @classmethod
    def of(cls, token: Token) -> "TokenOut":
        """From what is kept."""
        return cls.model_validate(token)


class TokenMadeOut(TokenOut):
    """A new token."""

    token: str
    """Told only now."""


class WebhookOut(Resource):
    """Where webhooks go, and how that goes."""

    id: str
    name: str
    url: str
    state: Literal["active", "disabled"]
    reason: str
    """Why it is disabled."""
    made_at: datetime
    delivered_at: datetime | None
    """When one arrived last."""
    failed_at: datetime | None
    failed_for: str
    """Why the last try that failed did."""
    replay_from: datetime | None
    """Since when everything is about to be sent once more."""
    waiting: int
    delivered: int
    """Within a month."""
    given_up: int
    next_at: datetime | None
    """When the next try is."""

    @classmethod
    def of(cls, webhook: Webhook) -> "WebhookOut":
        """From what is kept."""
        destination, figures = webhook
        told = {name: getattr(destination, name) for name in cls.model_fields if hasattr(destination, name)}
        counted = {name: getattr(figures, name) for name in ("waiting", "delivered", "given_up", "next_at")}
        return cls.model_validate(told | counted)


class WebhookMadeOut(WebhookOut):
    """A new webhook."""

    secret: str
    """By which the receiver checks signatures. Told only now."""

    @classmethod
    def with_secret(cls, webhook: Webhook, secret: str) -> "WebhookMadeOut":
        """From what is kept, and the secret, which is kept sealed alone."""
        return cls.model_validate({**WebhookOut.of(webhook).model_dump(), "secret": secret})


class AgencyBody(Body):
    """What an agency is called."""

    slug: Slug
    """As the operator has given it its topics."""
    name: Text
    kind: AgencyKind = "other"


class ReasonBody(Body):
    """Why."""

    reason: Reason


class RuleBody(Body):
    """What could be shared."""

    terms: Terms


class ShareBody(Body):
    """Share one incident by hand."""

    agency: Slug
    tier: Tier = "view"
    purpose: Purpose


class AcknowledgeBody(Body):
    """We have it."""

    reference: Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)] = ""
    """Your own number for it."""


class UnitBody(Body):
    """How far one of your units is."""

    unit: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    status: Literal["assigned", "en-route", "on-scene", "clear"]


class MessageBody(Body):
    """To the desk."""

    words: Words


class ReplyBody(Body):
    """To an agency."""

    agency: Slug
    words: Words


class TokenBody(Body):
    """A token for a program."""

    name: Name


class WebhookBody(Body):
    """Where webhooks shall go."""

    name: Name
    url: Annotated[str, StringConstraints(strip_whitespace=True, min_length=8, max_length=500)]


class ReplayBody(Body):
    """Send everything once more."""

    since: Annotated[AwareDatetime, Field(description="From this moment on, as far back as 30 days")]
