"""Agency: another authority that an office has rules with."""

from dataclasses import dataclass

from shared.contracts.fields import Text
from shared.contracts.reports.agencies import AgencyAdded, AgencyKind, AgencyRemoved


def agency_id(office: str, agency: str) -> str:
    """The agency as the office knows it."""
    return f"{office}:{agency}"


@dataclass(slots=True)
class Agency:
    """One that can have rules, from the moment an operator has given it its way to the bus."""

    id: str
    """`<office>:<short name>`."""
    name: Text
    kind: AgencyKind
    gone: bool = False
    version: int = 0

    def called(self, name: Text, kind: AgencyKind) -> AgencyAdded:
        """Be called so, and be back where it was gone."""
        self.name, self.kind, self.gone = name, kind, False
        office, _, agency = self.id.partition(":")
        return AgencyAdded(office=office, agency=agency, name=name, kind=kind)

    def go(self) -> AgencyRemoved:
        """Share nothing with it any more."""
        self.gone = True
        office, _, agency = self.id.partition(":")
        return AgencyRemoved(office=office, agency=agency)
