"""Who a person of an OpenID Connect provider is here: claims → office and roles, by settings.

Such a person has no account. The audit knows them by a name that no local account can have, since it begins
with an underscore, and that no two people share, since it ends with a hash of issuer and subject.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.auth.oidc import Proven, claim
from shared.settings import Settings, WrongSetting

_LONGEST_NAME = 80


class NoPlaceHere(Exception):
    """The provider knows the person, but nothing says that they work for an office here."""


@dataclass(frozen=True, slots=True)
class OutsideOfficer:
    """A person as far as the provider tells."""

    office: str
    username: str
    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outsiders:
    """How claims are read."""

    username_claim: str
    name_claim: str
    office: str
    office_claim: str
    offices: Mapping[str, str]
    roles_claim: str
    roles: Mapping[str, str]

    @classmethod
    def of(cls, settings: Settings, roles: tuple[str, ...]) -> "Outsiders":
        """`roles` are the service's own: what the settings say of others is another service's of the installation.

        Raises `WrongSetting` for settings by which nobody could come in, or everybody could only as nothing.
        """
        if not settings.oidc_office and not settings.oidc_office_claim:
            raise WrongSetting("set KENTONGAN_OIDC_OFFICE or KENTONGAN_OIDC_OFFICE_CLAIM")
        if not settings.oidc_roles:
            raise WrongSetting("set KENTONGAN_OIDC_ROLES: without it nobody has a role")
        own = {value: role for value, role in settings.oidc_roles.items() if role in roles}
        if not own:
            unknown = ", ".join(repr(role) for role in sorted(set(settings.oidc_roles.values())))
            raise WrongSetting(f"KENTONGAN_OIDC_ROLES: of {unknown} none is one of {', '.join(roles)}")
        return cls(
            username_claim=settings.oidc_username_claim,
            name_claim=settings.oidc_name_claim,
            office=settings.oidc_office,
            office_claim=settings.oidc_office_claim,
            offices=settings.oidc_offices,
            roles_claim=settings.oidc_roles_claim,
            roles=own,
        )

    @property
    def wanted(self) -> list[str]:
        """The claims that are read."""
        names = (self.username_claim, self.name_claim, self.office_claim, self.roles_claim)
        return [name for name in names if name]

    def officer(self, person: Proven) -> OutsideOfficer:
        """Raises `NoPlaceHere` where no office or no role of ours is told."""
        roles = {self.roles[value] for value in _values(claim(person.claims, self.roles_claim)) if value in self.roles}
        if not roles:
            raise NoPlaceHere("no role")
        name = _first(person.claims, self.name_claim) or _first(person.claims, self.username_claim) or person.subject
        return OutsideOfficer(self._office(person), self._username(person), name[:_LONGEST_NAME], tuple(sorted(roles)))

    def _office(self, person: Proven) -> str:
        if not self.office_claim:
            return self.office
        for value in _values(claim(person.claims, self.office_claim)):
            office = self.offices.get(value) if self.offices else value
            if office:
                return office
        raise NoPlaceHere("no office")

    def _username(self, person: Proven) -> str:
        told = _first(person.claims, self.username_claim) or person.subject
        legible = re.sub(r"[^a-z0-9]+", ".", told.lower()).strip(".")[:40]
        proof = hashlib.sha256(f"{person.issuer}\n{person.subject}".encode()).hexdigest()[:12]
        return f"_{legible}-{proof}"


def _first(claims: Mapping[str, Any], name: str) -> str:
    return next(iter(_values(claim(claims, name))), "")


def _values(told: Any) -> Iterable[str]:
    """A claim's texts, whether it is one or a list."""
    return [value for value in (told if isinstance(told, list) else [told]) if isinstance(value, str) and value]
