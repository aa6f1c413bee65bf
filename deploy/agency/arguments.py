"""What commands about agencies name: an office and an agency, by their short names."""

from typing import Annotated

import typer
from pydantic import TypeAdapter, ValidationError

from shared.contracts.fields import Slug

_SLUG: TypeAdapter[str] = TypeAdapter(Slug)


def _slug(value: str) -> str:
    try:
        return _SLUG.validate_python(value)
    except ValidationError:
        raise typer.BadParameter("lower-case letters, digits and inner hyphens, 40 at most") from None


Office = Annotated[str, typer.Argument(help="The office's short name, such as `polres-palu`.", callback=_slug)]
Agency = Annotated[str, typer.Argument(help="The agency's short name, such as `damkar-palu`.", callback=_slug)]
