"""Everything that a service puts into its `WebService` for its staff."""

from pathlib import Path

from fastapi import APIRouter
from pydantic import BaseModel

from shared.staff.entrypoints.account_pages import account_pages
from shared.staff.entrypoints.oidc_pages import oidc_pages
from shared.staff.entrypoints.session_api import session_api
from shared.staff.entrypoints.sign_in_pages import sign_in_pages
from shared.staff.entrypoints.staff_api import staff_api
from shared.staff.entrypoints.staff_pages import staff_pages
from shared.staff.rules import StaffRules
from shared.web.representations import OutcomeOut

FOLDER = Path(__file__).parent
"""For `WebService.parts`: the pages' templates, and their words."""


def api_routers(rules: StaffRules, outcome: type[BaseModel] = OutcomeOut) -> tuple[APIRouter, ...]:
    """The JSON API. `outcome` is how the service's API tells what became of a command."""
    return session_api(rules, outcome), staff_api(rules, outcome)


def page_routers(rules: StaffRules) -> tuple[APIRouter, ...]:
    """The pages."""
    return tuple(pages(rules) for pages in (sign_in_pages, oidc_pages, account_pages, staff_pages))
