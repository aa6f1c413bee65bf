"""Where a webhook may go is looked at when it goes, too; and TLS is held to the name, not to the address."""

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.reports.bridges.addresses import Forbidden, Gate, WebhookForbidden, is_public
from services.reports.bridges.sending import Sent, line_to
from tests.agencies.bridges import Receiver
from tests.support.servers import LOOPBACK

HERE = ipaddress.ip_network("127.0.0.0/8")
INSIDE = (
    "10.1.2.3", "172.16.0.1", "192.168.1.1", "127.0.0.1", "169.254.169.254", "100.64.0.1", "0.1.2.3", "224.0.0.1",
    "255.255.255.255", "240.0.0.1", "192.0.2.1", "198.18.0.1", "168.63.129.16", "::1", "::", "fe80::1", "fd00:ec2::254",
    "ff02::1", "fec0::1", "2001:db8::1", "::ffff:10.0.0.1", "::10.0.0.1", "2002:a00:1::", "64:ff9b::a00:1",
    "2001:0:a00:1::f5ff:fffe",
)  # fmt: skip


class Names:
    """A name server that gives another answer each time."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = list(answers)

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@pytest.mark.parametrize("address", INSIDE)
async def test_what_is_inside_is_not_public_in_whatever_form(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
    with pytest.raises(Forbidden):
        await Gate(resolve=Names([address])).address("name.test", 443, plain=False)
    with pytest.raises(Forbidden):
        await Gate(resolve=Names(["93.184.216.34", address])).address("name.test", 443, plain=False)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"])
async def test_what_is_public_is_where_webhooks_go(address: str) -> None:
    found = await Gate(resolve=Names([address])).address("name.test", 443, plain=False)
    assert ipaddress.ip_address(found) == ipaddress.ip_address(address)
    with pytest.raises(Forbidden):
        await Gate(resolve=Names([address])).address("name.test", 80, plain=True)


@pytest.mark.parametrize(
    "url",
    ["https://", "https:///hook", "file:///etc/passwd", "https://a.test:0/", "https://a.test:99999/", "https://a b/",
     "https://a.test/#x", "https://@a.test/", "https://a.test/\r\nx: y", "https://" + "a" * 600, "gopher://a.test/"],
)  # fmt: skip
async def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(WebhookForbidden):
        await Gate(resolve=Names(["93.184.216.34"])).registered(url)


async def test_a_name_that_leads_inside_after_it_was_registered_is_not_connected_to() -> None:
    receiver = Receiver()
    server = await asyncio.start_server(receiver.serve, LOOPBACK, 0)
    port = server.sockets[0].getsockname()[1]
    gate = Gate(resolve=Names(["93.184.216.34"], [LOOPBACK]))
    place = await gate.registered(f"https://name.test:{port}/hook")
    async with server, line_to(place.url, gate, trusting=ssl.create_default_context(), seconds=5) as line:
        assert await line.post(b"{}", {"host": "name.test"}) == Sent("failed", "not sent: not a public address")
    assert receiver.got == []


@pytest.mark.parametrize(("name", "came"), [("receiver.test", "delivered"), ("other.test", "failed")])
async def test_tls_is_held_to_the_name_although_the_address_is_connected_to(
    tmp_path: Path, name: str, came: str
) -> None:
    receiver = Receiver()
    async with _serving_tls(tmp_path, "receiver.test", receiver) as (port, trusting):
        gate = Gate([HERE], Names([LOOPBACK]))
        async with line_to(f"https://{name}:{port}/hook", gate, trusting=trusting, seconds=10) as line:
            assert (await line.post(b"{}", {"host": name, "webhook-id": "1"})).came == came
    assert len(receiver.got) == (came == "delivered")


async def test_an_answer_without_end_is_cut_off() -> None:
    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n")
        try:
            while True:
                writer.write(b"x" * 65_536)
                await writer.drain()
        except ConnectionError:
            writer.close()

    server = await asyncio.start_server(pour, LOOPBACK, 0)
    url = f"http://{LOOPBACK}:{server.sockets[0].getsockname()[1]}/"
    async with line_to(url, Gate([HERE]), trusting=ssl.create_default_context(), seconds=20) as line:
        assert await line.post(b"{}", {"host": LOOPBACK}) == Sent("delivered")
    server.close()


@asynccontextmanager
async def _serving_tls(folder: Path, name: str, receiver: Receiver) -> AsyncIterator[tuple[int, ssl.SSLContext]]:
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "cert.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    server = await asyncio.start_server(receiver.serve, LOOPBACK, 0, ssl=serving)
    async with server:
        yield server.sockets[0].getsockname()[1], ssl.create_default_context(cafile=str(folder / "cert.pem"))
