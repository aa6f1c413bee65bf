"""What a camera sees: a slice of a circle on the ground, from where it hangs to as far as a person can be told."""

import math
from dataclasses import dataclass

from services.reports.domain.place import metres_between


@dataclass(frozen=True, slots=True)
class FieldOfView:
    """A position, a direction, a width and a reach."""

    latitude: float
    longitude: float
    bearing: int
    angle: int
    range_metres: int

    def distance(self, latitude: float, longitude: float) -> float:
        """How far away something is, in metres."""
        return metres_between(self.latitude, self.longitude, latitude, longitude)

    def covers(self, latitude: float, longitude: float, within: float = 0.0) -> bool:
        """Whether the camera sees a place that is known to `within` metres, or some of where it may be."""
        distance = self.distance(latitude, longitude)
        if distance > self.range_metres + within:
            return False
        if self.angle >= 360 or distance <= within or distance < 1.0:
            return True
        off = abs((self._bearing_to(latitude, longitude) - self.bearing + 180.0) % 360.0 - 180.0)
        slack = math.degrees(math.asin(min(1.0, within / distance)))
        return off <= self.angle / 2 + slack

    def outline(self, steps: int = 12) -> list[tuple[float, float]]:
        """Its edge, for a map: pairs of latitude and longitude, from where it hangs and back to there."""
        here = (self.latitude, self.longitude)
        first = self.bearing - self.angle / 2
        edge = [self._at(first + self.angle * step / steps) for step in range(steps + 1)]
        return edge if self.angle >= 360 else [here, *edge, here]

    def _bearing_to(self, latitude: float, longitude: float) -> float:
        phi, other = math.radians(self.latitude), math.radians(latitude)
        along = math.radians(longitude - self.longitude)
        east = math.sin(along) * math.cos(other)
        north = math.cos(phi) * math.sin(other) - math.sin(phi) * math.cos(other) * math.cos(along)
        return math.degrees(math.atan2(east, north)) % 360.0

    def _at(self, bearing: float) -> tuple[float, float]:
        metres_a_degree = 111_195.0
        north = self.range_metres * math.cos(math.radians(bearing)) / metres_a_degree
        east = self.range_metres * math.sin(math.radians(bearing)) / metres_a_degree
        return self.latitude + north, self.longitude + east / max(0.01, math.cos(math.radians(self.latitude)))
