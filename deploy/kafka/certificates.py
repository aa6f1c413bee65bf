"""Makes what agencies know the broker by: `python -m deploy.kafka.certificates AUTHORITY TLS ADDRESS`.

An authority of the installation's own, whose key stays in the folder AUTHORITY, and in TLS the broker's key and
certificate for the host of ADDRESS (`broker.pem`) and the authority's certificate for agencies (`ca.pem`). Made at the
first `up`; renewed at one when the host is another or the end is near, by the same authority, so that agencies notice
nothing. Where the operator has put a `broker.pem` of another authority's there, it stays as it is.
"""

import ipaddress
import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_DAYS = 3650
BROKER_DAYS = 397
RENEW_DAYS = 90
INSIDE = "kafka"
"""The broker's name on the internal network."""
Key = ec.EllipticCurvePrivateKey


def main() -> None:
    """Write what is missing or runs out, and say so."""
    authority, tls, address = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    sys.stdout.write(prepare(authority, tls, address.rpartition(":")[0], datetime.now(UTC)) + "\n")


def prepare(authority: Path, tls: Path, host: str, now: datetime) -> str:
    """Bring both folders to what they shall be; returns one line about it."""
    broker, own = tls / "broker.pem", authority / "ca.pem"
    if broker.exists():
        found = x509.load_pem_x509_certificate(_certificate(broker))
        if not own.exists() or found.issuer != x509.load_pem_x509_certificate(own.read_bytes()).subject:
            return f"{broker.name} is another authority's and stays; it ends on {found.not_valid_after_utc:%Y-%m-%d}"
        if host in _names(found) and found.not_valid_after_utc - now > timedelta(days=RENEW_DAYS):
            _write(tls / "ca.pem", own.read_bytes(), 0o444)
            return f"{broker.name} is for {host} until {found.not_valid_after_utc:%Y-%m-%d}"
    key, issuer = _authority(authority, now)
    _write(broker, _for(host, key, issuer, now), 0o400)
    _write(tls / "ca.pem", own.read_bytes(), 0o444)
    return f"made {broker.name} for {host}"


def _authority(folder: Path, now: datetime) -> tuple[Key, x509.Certificate]:
    """The installation's own, made where there is none."""
    key_file, certificate_file = folder / "ca.key", folder / "ca.pem"
    if key_file.exists() and certificate_file.exists():
        key = serialization.load_pem_private_key(key_file.read_bytes(), None)
        assert isinstance(key, Key)
        return key, x509.load_pem_x509_certificate(certificate_file.read_bytes())
    key = ec.generate_private_key(ec.SECP256R1())
    serial = x509.random_serial_number()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Kentongan {serial % 0xFFFFFF:06x}")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), serial)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=AUTHORITY_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(key_file, _private(key), 0o400)
    _write(certificate_file, certificate.public_bytes(serialization.Encoding.PEM), 0o444)
    return key, certificate


def _for(host: str, authority: Key, issuer: x509.Certificate, now: datetime) -> bytes:
    """The broker's key and certificates in one file, as Kafka takes them."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        x509.CertificateBuilder(
            issuer.subject,
            x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])]),
            key.public_key(),
            x509.random_serial_number(),
        )
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=BROKER_DAYS))
        .add_extension(x509.SubjectAlternativeName([_general(host), x509.DNSName(INSIDE)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), critical=False)
        .sign(authority, hashes.SHA256())
    )
    chain = (certificate.public_bytes(serialization.Encoding.PEM), issuer.public_bytes(serialization.Encoding.PEM))
    return _private(key) + b"".join(chain)


def _general(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _names(certificate: x509.Certificate) -> set[str]:
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(name.value) for name in names}


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, key_cert_sign=signs_certificates, crl_sign=signs_certificates,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _private(key: Key) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _certificate(file: Path) -> bytes:
    """The first certificate of a file that begins with a key."""
    content = file.read_bytes()
    return content[content.index(b"-----BEGIN CERTIFICATE-----") :]


def _write(path: Path, content: bytes, mode: int) -> None:
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(descriptor)
    new.replace(path)


if __name__ == "__main__":
    main()
