"""What can go wrong in the domain. The bus and the web decide what to do about it by the type alone."""

from typing import ClassVar


class Refused(Exception):
    """A business refusal: the command was understood and the answer is no.

    It becomes a `CommandRefused` event and, over HTTP, an RFC 9457 problem. Subclasses name the situation
    (`LineClosed`) and are the only place where a slug is written down.
    """

    slug: ClassVar[str]

    def __init__(self, **details: str | int) -> None:
        """`details` go to the caller as they are: facts that help to act, never personal data."""
        super().__init__(f"{self.slug} {details}" if details else self.slug)
        self.details = details
