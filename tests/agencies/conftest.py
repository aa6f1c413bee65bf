"""A running reports service that tests about agencies share."""

from tests.reports.conftest import citizen, office, site

__all__ = ["citizen", "office", "site"]
