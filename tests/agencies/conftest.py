"""A running reports service that tests about agencies share."""

from tests.agencies.bridges import bridged
from tests.reports.conftest import browser, citizen, office, site

__all__ = ["bridged", "browser", "citizen", "office", "site"]
