"""By which door agencies reach the broker: what `kentongan agency add` tells them."""

from typing import Literal

from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.settings import Settings


class AgencySettings(BaseSettings):
    """Each is the variable `KENTONGAN_AGENCIES_<NAME>`. Read by the command line alone."""

    model_config = SettingsConfigDict(
        env_prefix="KENTONGAN_AGENCIES_", frozen=True, use_attribute_docstrings=True, extra="ignore"
    )

    kafka: str = ""
    """Where agencies reach the broker, such as `bus.example.go.id:9094`. Empty: where we do."""
    protocol: Literal["SASL_SSL", "SASL_PLAINTEXT"] = "SASL_SSL"
    """How they reach it. `SASL_PLAINTEXT` is for a trial on one machine: everybody on the way sees what is shared."""
    ca: str = ""
    """Path of the certificate authority's file that agencies need. Empty: their systems know the authority."""

    def address(self, settings: Settings) -> str:
        """Where agencies reach the broker."""
        return self.kafka or settings.kafka
