"""The JSON of what citizens send and see beside the report itself. Fields may be added; none changes or goes."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from services.reports.context import Reports
from services.reports.domain.emergency import NearPost
from services.reports.entrypoints.representations import Body, Out
from services.reports.views.incidents import FollowView
from services.reports.views.nearby import NearbyView
from shared.contracts.fields import Slug, Text
from shared.contracts.reports.base import Place, Words
from shared.contracts.reports.incidents import Disposition, State
from shared.contracts.reports.office import EmergencyNumber, Post


class WordsBody(Body):
    """Something written to the desk."""

    words: Words


class CodeBody(Body):
    """A tracking code, with or without its hyphens."""

    code: Annotated[str, Field(max_length=100)]


class LinkOut(Out):
    """Where something is."""

    link: str


class AdviceBody(Body):
    """What somebody is about to report."""

    category: Slug
    words: Annotated[str, Field(max_length=4000)] = ""
    place: Place = Place()


class PostOut(Out):
    """The nearest post."""

    post: Post
    metres: float | None
    """None where no position was told."""

    @classmethod
    def of(cls, near: NearPost) -> "PostOut":
        """With its distance."""
        return cls(post=near.post, metres=near.metres)


class OfferOut(Out):
    """A report of somebody else's that may be the same, as coarse as strangers may see it."""

    offer: str
    """To be sent to `follows` within an hour."""
    category: Slug
    category_name: Text
    metres: int
    at: datetime

    @classmethod
    def of(cls, view: NearbyView, reports: Reports) -> "OfferOut":
        """With what follows it."""
        return cls(
            offer=reports.offers.offer(view.incident, reports.clock()),
            category=view.category,
            category_name=view.category_name,
            metres=view.metres,
            at=view.at,
        )


class AdviceOut(Out):
    """What is to be known before a report is sent."""

    emergency: bool
    """Whether it sounds like one: then call first."""
    emergency_number: EmergencyNumber
    nearest_post: PostOut | None
    nearby: list[OfferOut]


class FollowBody(Body):
    """Follow what was offered."""

    offer: Annotated[str, Field(max_length=400)]


class FollowOut(Out):
    """A report of somebody else's, for who follows it."""

    office: Slug
    category: Slug
    category_name: Text
    state: State
    disposition: Disposition | None
    filed_at: datetime
    """To the half hour."""

    @classmethod
    def of(cls, view: FollowView) -> "FollowOut":
        """Without a word of the report."""
        return cls.model_validate(view)
