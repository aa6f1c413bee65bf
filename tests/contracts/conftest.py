"""`pytest tests/contracts --update-golden` writes the golden messages anew."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag."""
    parser.addoption("--update-golden", action="store_true", help="write the golden messages from the samples")
