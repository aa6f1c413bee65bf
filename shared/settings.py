"""What every process reads from its environment. Frozen, and never instantiated at import."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict


class WrongSetting(ValueError):
    """Nobody can work by a setting. Says which, by its variable, and what is wrong with it."""


class Settings(BaseSettings):
    """Addresses, credentials and limits. Each is the variable `KENTONGAN_<NAME>`."""

    model_config = SettingsConfigDict(
        env_prefix="KENTONGAN_", frozen=True, use_attribute_docstrings=True, extra="ignore"
    )

    kafka: str = "127.0.0.1:9092"
    """Bootstrap servers, `host:port[,host:port]`."""
    kafka_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    """How the broker is reached: `PLAINTEXT`, `SSL` (TLS), `SASL_PLAINTEXT` (a password) or `SASL_SSL` (both)."""
    kafka_username: str = ""
    """Who we are to the broker, by SCRAM-SHA-512, where the protocol is one with SASL."""
    kafka_password: SecretStr = SecretStr("")
    """That user's password."""
    kafka_ca: str = ""
    """Path of the certificate authority's file, where the system's own do not do."""
    kafka_replication: int = Field(1, ge=1)
    """Copies of each topic when `kentongan topics apply` creates it."""

    mongo: str = "mongodb://127.0.0.1:27017/?directConnection=true"
    """MongoDB connection string, credentials included. Must lead to a replica set: transactions need one."""
    mongo_timeout_seconds: float = Field(2.0, gt=0)
    """How long to look for a server before a request is told to come back later."""

    namespace: str = Field("", pattern=r"^[a-z0-9-]{0,32}$")
    """Stands before every topic, group and database name, so that installations can share a cluster."""

    secret_key: SecretStr = SecretStr("")
    """Root of the keys for secret links, pseudonyms and CSRF. At least 32 characters."""

    identity_keys: SecretStr = SecretStr("")
    """Private keys of the reports API alone, base64 of 32 bytes each with commas between them: who has them can read
    who reported what. The first one seals; the others open what was sealed before. `kentongan secrets` makes one."""

    evidence_bucket: str = ""
    """The bucket of an S3-compatible store in which files of evidence are kept. Empty: the service's own database."""
    s3_endpoint: str = Field("", pattern=r"^(https?://[^\s]+)?$")
    """Where that store is, such as `https://s3.example.go.id`. Empty: Amazon's own."""
    s3_region: str = "us-east-1"
    """The region that the store calls its own."""
    s3_access_key: str = ""
    """Who we are to that store."""
    s3_secret_key: SecretStr = SecretStr("")
    """The secret of that access key."""

    log: Literal["json", "console", "auto"] = "auto"
    """`json`, `console` (coloured), or `auto`: coloured on a terminal and JSON elsewhere."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least that is logged: `debug`, `info`, `warning` or `error`."""
    otlp_endpoint: str = ""
    """Where traces are sent (OTLP over HTTP), such as `http://collector:4318`. Empty: nowhere."""

    host: str = "127.0.0.1"
    """The address at which each process listens; `0.0.0.0` for every one of the machine's."""
    port: int = Field(8000, ge=1, le=65535)
    """Where the API listens."""
    https: bool = False
    """People reach the pages by https: cookies are bound to it."""
    worker_port: int = Field(8001, ge=0, le=65535)
    """Where a process that reads the bus answers /healthz, /readyz and /metrics; 0 for any port that is free."""

    public_url: str = Field("", pattern=r"^(https?://[^/\s?#@]+)?$")
    """Where people reach the pages, such as `https://antrean.example.go.id`. OpenID Connect needs to know it."""

    local_sign_in: bool = True
    """Whether the staff may sign in by accounts of Kentongan's own."""
    oidc_issuer: str = ""
    """The OpenID Connect provider by which the staff may sign in. Empty: none."""
    oidc_name: str = "OpenID Connect"
    """What the staff call the provider: the sign-in page says so."""
    oidc_client_id: str = ""
    """As the provider has registered us, with `<public url>/<service>/sign-in/oidc/callback` to return to."""
    oidc_client_secret: SecretStr = SecretStr("")
    """Empty for a public client."""
    oidc_scopes: str = "openid profile"
    """What we ask the provider for, with spaces between them."""
    oidc_ca: str = ""
    """Path of the certificate authority's file, where the system's own do not do."""
    oidc_username_claim: str = "preferred_username"
    """Names the person in the audit. Like those below: a claim, or a path such as `realm_access.roles`."""
    oidc_name_claim: str = "name"
    """What our pages call the person."""
    oidc_office: str = ""
    """The one office that everybody of the provider works for, where it does not tell."""
    oidc_office_claim: str = ""
    """Tells which office a person works for."""
    oidc_offices: dict[str, str] = {}
    """Value of that claim → office, as JSON. Empty: the value is the office's short name."""
    oidc_roles_claim: str = "roles"
    """Tells which roles a person has."""
    oidc_roles: dict[str, str] = {}
    """Value of that claim → role, such as `officer`, `manager` or `administrator`, as JSON. A service looks at its own
    among them; who has none of these cannot sign in there."""

    tries_per_address: int = Field(60, ge=1)
    """How often reports are filed, messages written or codes entered from one address before the next must wait, and
    how many codes are sent that nobody enters. A mobile network or an office is one address to us; a browser by itself
    waits much sooner."""
    code_gateway: str = Field("", pattern=r"^(https?://[^\s]+)?$")
    """Who sends short messages with the codes by which people prove a telephone number. An address that takes a POST of
    JSON, `{"to": "+6281234567890", "text": "…"}`. Empty: whoever books an appointment only claims a number."""
    code_gateway_token: SecretStr = SecretStr("")
    """What the gateway knows us by, sent as a bearer token. Empty: none."""
    code_countries: str = "+62"
    """How numbers begin to which codes are sent, with commas between them. Empty: all. Far countries are where others
    earn by our messages."""
    codes_per_hour: int = Field(600, ge=1)
    """Codes sent in an hour, all together. Each may cost money."""
    open311_keys: SecretStr = SecretStr("")
    """Keys that others' programs need to post reports by Open311 (`api_key`), with commas between them. Empty: none."""
    map_tiles: str = ""
    """A folder of map tiles, `{z}/{x}/{y}.png` in Web Mercator, for the maps of the reports service. Empty: a grid."""
    map_attribution: str = ""
    """Whose map it is, as its licence wants it said: `© OpenStreetMap`."""

    webhook_networks: str = ""
    """Networks, `10.20.0.0/16`, with commas between them, into which webhooks to other agencies may go although they
    are not public, and by http too. Empty: webhooks go to public addresses alone, by https."""

    wait_seconds: float = Field(5.0, gt=0)
    """How long a request waits for its command's outcome before it is answered 202."""
    keep_contacts_days: int = Field(7, ge=1)
    """How long after a day the queue keeps who came together; and, of those whose business was left open, the keyed
    hashes of their telephone numbers and why they went first. Of all others these two go at once."""
    keep_words_days: int = Field(180, ge=1)
    """How long the words of a feedback are kept. The score stays."""
    keep_reporters_days: int = Field(365, ge=1)
    """How long after a report is closed it is kept, sealed, who made it and who followed it. Evidence on hold keeps
    it."""
    keep_stories_days: int = Field(1095, ge=1)
    """How long after a report is closed its words, its answers, its exact place and what was written about it are kept.
    Kind, state, times, priority, outcome and the place to a kilometre stay. Evidence on hold keeps it all."""
    keep_trust_days: int = Field(365, ge=1)
    """How long after its last report it is kept how often a contact, by its keyed hash, has told the truth."""
    keep_audit_days: int = Field(90, ge=31)
    """How long the journal is kept, and who of the staff changed what. At least as long as a dead letter, 30 days,
    since the journal is what knows a command that is sent again."""
    keep_authors_days: int = Field(1095, ge=31)
    """How long it is kept who configured an office, and, of a closed report, who of the staff did what and looked up
    its reporter. The plans and the steps themselves stay."""
    batch_size: int = Field(500, ge=1)
    """Most commands in one transaction. Behind a batch of so many the next is made ready while it is written."""
    drain_seconds: float = Field(15.0, gt=0)
    """How long a process that was told to stop may take to finish what it has begun."""

    def topic(self, name: str) -> str:
        """A topic's (or group's) name in this installation."""
        return f"{self.namespace}.{name}" if self.namespace else name

    def database(self, service: str) -> str:
        """A service's database name in this installation."""
        return f"{self.namespace}-{service}" if self.namespace else service


def mendable(error: Exception) -> str | None:
    """What is wrong with a setting, in one line; None for another error."""
    if isinstance(error, WrongSetting):
        return str(error)
    if isinstance(error, ValidationError) and error.title == Settings.__name__:
        first = error.errors()[0]
        return f"KENTONGAN_{'_'.join(map(str, first['loc'])).upper()}: {first['msg']}"
    return None


@contextmanager
def told_in_one_line() -> Iterator[None]:
    """End the process with one line, not with a traceback, where a setting is missing or wrong."""
    try:
        yield
    except ValueError as error:
        line = mendable(error)
        if line is None:
            raise
        sys.exit(f"kentongan: {line}")
