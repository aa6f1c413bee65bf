"""An OpenID Connect provider by which the staff may sign in, and what its people are here."""

from dataclasses import dataclass

from shared.auth.errands import Errands
from shared.auth.keys import derive_key
from shared.auth.oidc import Provider
from shared.auth.registration import Registration
from shared.clock import Clock
from shared.settings import Settings, WrongSetting
from shared.staff.outsiders import Outsiders
from shared.staff.rules import StaffRules


@dataclass(frozen=True, slots=True)
class Outside:
    """One provider, as one service deals with it."""

    name: str
    """What the staff call the provider."""
    provider: Provider
    errands: Errands
    outsiders: Outsiders


def outside_of(settings: Settings, rules: StaffRules, clock: Clock) -> Outside | None:
    """The provider of the settings. Nothing is asked of it before somebody comes.

    Raises `WrongSetting` for settings by which the staff could not sign in.
    """
    if not settings.oidc_issuer:
        if not settings.local_sign_in:
            raise WrongSetting("without local accounts the staff needs a provider (KENTONGAN_OIDC_ISSUER)")
        return None
    if not settings.public_url:
        raise WrongSetting("the provider must know where to send people back to (KENTONGAN_PUBLIC_URL)")
    registration = Registration(
        issuer=settings.oidc_issuer,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret.get_secret_value(),
        redirect_uri=f"{settings.public_url}{rules.home}/sign-in/oidc/callback",
        after_sign_out=f"{settings.public_url}{rules.home}/sign-in",
        scopes=settings.oidc_scopes,
        ca=settings.oidc_ca,
    )
    key = derive_key(settings.secret_key, f"{rules.service}/oidc-errands")
    return Outside(
        name=settings.oidc_name,
        provider=Provider(registration, clock),
        errands=Errands(f"{rules.service}_errand", key, clock, secure=settings.https),
        outsiders=Outsiders.of(settings, rules.messages.roles),
    )
