"""Who a person of an OpenID Connect provider is here: claims → office and roles, by settings.

Such a person has no account. The audit knows them by a name that no local account can have, since it begins
with an underscore, and that no two people share, since it ends with a hash of issuer and subject.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast, get_args

from shared.auth.oidc import Proven, claim
from shared.contracts.queue import Role
from shared.settings import Settings

_ROLES: tuple[Role, ...] = get_args(Role)
_LONGEST_NAME = 80


class NoPlaceHere(Exception):
    """The provider knows the person, but nothing says that they work for an office here."""


@dataclass(frozen=True, slots=True)
class OutsideOfficer:
    """A person as far as the provider tells."""

    office: str
    username: str
    name: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class Outsiders:
    """How claims are read."""

    username_claim: str
    name_claim: str
    office: str
    office_claim: str
    offices: Mapping[str, str]
    roles_claim: str
    roles: Mapping[str, Role]

    @classmethod
    def of(cls, settings: Settings) -> "Outsiders":
        """Raises `ValueError` for settings by which nobody could come in, or somebody could as nothing."""
        if not settings.oidc_office and not settings.oidc_office_claim:
            raise ValueError("set KENTONGAN_OIDC_OFFICE or KENTONGAN_OIDC_OFFICE_CLAIM")
        if not settings.oidc_roles:
            raise ValueError("set KENTONGAN_OIDC_ROLES: without it nobody has a role")
        if unknown := sorted(set(settings.oidc_roles.values()).difference(_ROLES)):
            raise ValueError(f"KENTONGAN_OIDC_ROLES: {unknown[0]!r} is none of {', '.join(_ROLES)}")
        return cls(
            username_claim=settings.oidc_username_claim,
            name_claim=settings.oidc_name_claim,
            office=settings.oidc_office,
            office_claim=settings.oidc_office_claim,
            offices=settings.oidc_offices,
            roles_claim=settings.oidc_roles_claim,
            roles=cast(dict[str, Role], settings.oidc_roles),
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
