"""The demo of every service."""

from collections.abc import Collection
from importlib import import_module

from deploy.demo.offers import ServiceDemo
from deploy.processes import SERVICES


def demos(services: Collection[str] | None = None) -> list[ServiceDemo]:
    """Those of these services, or all, in the order of the list. Raises `KeyError` for a service there is none of."""
    if unknown := set(services or ()) - set(SERVICES):
        raise KeyError(min(unknown))
    return [import_module(f"deploy.demo.{name}").DEMO for name in SERVICES if not services or name in services]
