"""Every router of what everybody may see, in the order in which addresses are looked up."""

from services.reports.entrypoints.public import feed, pages
from services.reports.entrypoints.public.open311 import following, posting, services

ROUTERS = (feed.router, pages.router, services.router, posting.router, following.router)
