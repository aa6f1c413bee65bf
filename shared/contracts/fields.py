"""Types that fields of several publishers share."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$")]
"""A short name that can stand in an address: lower-case letters, digits and inner hyphens."""
Phone = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{6,14}$")]
"""A telephone number in E.164 form, `+6281234567890`."""
Id = Annotated[str, StringConstraints(min_length=1, max_length=64)]
"""The id of the command that made a thing, and so the thing's own."""
Language = Literal["id", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """A text in the two languages of the pages."""

    id: Annotated[str, Field(max_length=2000)]
    en: Annotated[str, Field(max_length=2000)]
