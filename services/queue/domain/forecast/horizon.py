"""How far a forecast reaches, where more people wait than anybody can be told anything of."""

from dataclasses import replace

from services.queue.domain.forecast.order import Order
from services.queue.domain.forecast.situation import Situation


def nearest(situation: Situation, order: Order, most: int) -> tuple[Situation, frozenset[str]]:
    """Only those who are next, and the services in whose lines somebody stands behind them.

    Who stands further back delays none of them.
    """
    if len(situation.waiting) <= most:
        return situation, frozenset()
    ordered = sorted(situation.waiting, key=order.key)
    return replace(situation, waiting=tuple(ordered[:most])), frozenset(w.service for w in ordered[most:])
