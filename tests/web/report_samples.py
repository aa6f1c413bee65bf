"""Every page of reports in every state that a person can meet, for tests and for `tests.web.preview`."""

from collections.abc import Mapping

from tests.web.agency_samples import agency_pages
from tests.web.public_samples import publics
from tests.web.reporter_samples import reporters
from tests.web.sample_office import Sample

REPORT_SAMPLES: Mapping[str, Sample] = dict([*reporters(), *publics(), *agency_pages()])
"""Name → template and context."""
