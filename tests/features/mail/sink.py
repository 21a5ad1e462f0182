"""A mail server for tests: speaks SMTP as far as we use it, keeps what it gets, fails when told."""

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.core.clock import now

HOST = "127.0.0.1"
USERNAME, PASSWORD = "cims", "letter box"


class Fault(StrEnum):
    """How the server fails, once each time it is told to."""

    DROP_IN_DATA = "drop in data"
    DROP_AFTER_DATA = "drop after data"
    HANG = "hang"
    BUSY = "451 4.3.0 busy, somebody@example.com"
    UNKNOWN = "550 5.1.1 no such mailbox: somebody@example.com"


@dataclass(slots=True)
class Sink:
    """The server: what it got, and the faults that the next messages meet."""

    port: int = 0
    context: ssl.SSLContext | None = None
    starts_tls: bool = False
    asks_for_password: bool = False
    faults: list[Fault] = field(default_factory=list)
    received: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    signed_in: list[bool] = field(default_factory=list)
    protected: list[bool] = field(default_factory=list)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Talk to one client until it leaves."""
        try:
            await _Talk(self, reader, writer).run()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


class _Talk:
    """One connection."""

    def __init__(
        self, sink: Sink, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._sink, self._reader, self._writer = sink, reader, writer
        self._is_signed_in = False

    async def run(self) -> None:
        await self._say("220 sink.example ESMTP")
        while line := (await self._reader.readline()).decode().strip():
            verb = line.partition(" ")[0].upper()
            if verb == "QUIT":
                await self._say("221 bye")
                return
            await {
                "EHLO": self._greet,
                "STARTTLS": self._start_tls,
                "AUTH": self._sign_in,
                "RCPT": self._recipient,
                "DATA": self._data,
            }.get(verb, self._agree)(line)

    async def _say(self, *lines: str) -> None:
        for line in lines[:-1]:
            self._writer.write(f"{line[:3]}-{line[4:]}\r\n".encode())
        self._writer.write(f"{lines[-1]}\r\n".encode())
        await self._writer.drain()

    async def _agree(self, _line: str) -> None:
        await self._say("250 ok")

    async def _greet(self, _line: str) -> None:
        is_plain = self._writer.get_extra_info("ssl_object") is None
        offers = ["250 STARTTLS"] if self._sink.starts_tls and is_plain else []
        offers += ["250 AUTH PLAIN"] if self._sink.asks_for_password else []
        await self._say("250 sink.example", *offers, "250 8BITMIME")

    async def _start_tls(self, _line: str) -> None:
        assert self._sink.context is not None
        await self._say("220 go on")
        await self._writer.start_tls(self._sink.context)

    async def _sign_in(self, line: str) -> None:
        sent = base64.b64decode(line.rpartition(" ")[2]).decode()
        self._is_signed_in = sent == f"\0{USERNAME}\0{PASSWORD}"
        await self._say("235 welcome" if self._is_signed_in else "535 5.7.8 wrong")

    async def _recipient(self, _line: str) -> None:
        fault = self._sink.faults[0] if self._sink.faults else None
        if fault is Fault.HANG:
            self._sink.faults.pop(0)
            await self._reader.read()  # until the client has had enough
        if fault in {Fault.BUSY, Fault.UNKNOWN}:
            await self._say(self._sink.faults.pop(0).value)
        else:
            await self._say("250 ok")

    async def _data(self, _line: str) -> None:
        fault = self._sink.faults.pop(0) if self._sink.faults else None
        await self._say("354 go on")
        if fault is Fault.DROP_IN_DATA:
            await self._reader.read(100)
            raise ConnectionResetError
        raw = await self._reader.readuntil(b"\r\n.\r\n")
        parsed = message_from_bytes(raw[:-3], policy=default)
        assert isinstance(parsed, EmailMessage)
        self._sink.raw.append(raw)
        self._sink.received.append(parsed)
        self._sink.signed_in.append(self._is_signed_in)
        self._sink.protected.append(self._writer.get_extra_info("ssl_object") is not None)
        if fault is Fault.DROP_AFTER_DATA:
            raise ConnectionResetError
        await self._say("250 taken")


@asynccontextmanager
async def a_sink(
    context: ssl.SSLContext | None = None, *, is_tls: bool = False, asks_for_password: bool = False
) -> AsyncIterator[Sink]:
    """Run a mail server; with a context it starts TLS when asked to, or from the first byte."""
    starts_tls = context is not None and not is_tls
    sink = Sink(context=context, starts_tls=starts_tls, asks_for_password=asks_for_password)
    server = await asyncio.start_server(sink.answer, HOST, 0, ssl=context if is_tls else None)
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        server.close()


def a_certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """Make a certificate of this machine, as a file of authorities and for a server."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sink")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path, secret = folder / "sink.pem", folder / "sink.key"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, secret)
    return path, context
