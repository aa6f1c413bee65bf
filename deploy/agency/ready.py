"""A ready client configuration: what an agency's engineer pastes, and is receiving."""

from pathlib import Path

from deploy.agency.settings import AgencySettings
from deploy.agency.wanted import Access
from deploy.problem import Problem
from shared.settings import Settings

CA_FILE = "kentongan-ca.pem"
SECRET = "the password that was printed once"  # noqa: S105 - stands where none can be told again


def client_configuration(access: Access, settings: Settings, door: AgencySettings, password: str | None) -> str:
    """For librdkafka (confluent-kafka and its kin), kcat and the Java client; with the authority's certificate."""
    address, secret = door.address(settings), password or f"<{SECRET}>"
    authority = _authority(door)
    changes, states = access.reads
    rdkafka = [
        f"bootstrap.servers={address}",
        f"security.protocol={door.protocol}",
        "sasl.mechanism=SCRAM-SHA-512",
        f"sasl.username={access.user}",
        f"sasl.password={secret}",
        *([f"ssl.ca.location={CA_FILE}"] if authority else []),
    ]
    java = [
        f"bootstrap.servers={address}",
        f"security.protocol={door.protocol}",
        "sasl.mechanism=SCRAM-SHA-512",
        "sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required "
        f'username="{access.user}" password="{secret}";',
        *(["ssl.truststore.type=PEM", f"ssl.truststore.location={CA_FILE}"] if authority else []),
        f"group.id={access.group}main",
        "auto.offset.reset=earliest",
        "enable.auto.commit=false",
    ]
    parts = [
        ("Topics and groups", [
            f"read   {changes}   what changes, 30 days",
            f"read   {states}   how each incident is now, compacted",
            f"write  {access.writes}   acknowledgement, unit status, message",
            f"group  {access.group}…   any name that begins like this",
        ]),
        ("agency.properties (librdkafka: confluent-kafka, kcat)", rdkafka),
        ("agency-java.properties", java),
        ("kcat", [
            f"kcat -F agency.properties -X auto.offset.reset=earliest -G {access.group}trial {changes}",
            f"kcat -F agency.properties -C -t {states} -o beginning -e -f '%h\\n%s\\n'",
        ]),
        *([(CA_FILE, authority)] if authority else []),
    ]  # fmt: skip
    return "\n\n".join("\n".join([f"# {title}", *lines]) for title, lines in parts)


def _authority(door: AgencySettings) -> list[str]:
    if not door.ca or door.protocol != "SASL_SSL":
        return []
    try:
        return Path(door.ca).read_text(encoding="ascii").strip().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(f"{door.ca} can't be read: {error}") from error
