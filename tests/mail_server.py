"""A mail server of our own, over real SMTP: keeps what it accepts, refuses what it is told to.

With a certificate it offers STARTTLS (or speaks TLS from the first byte) and asks for a login.
"""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import SMTP as SMTP_POLICY
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.postgres_server import free_port

USER, PASSWORD = "robot@example.com", "pa55-w0rd/+="


@dataclass
class MailServer:
    """A running server. refuses: recipients that it does not take, or its answer to a whole mail.

    received: the mails, ``raw`` their bytes, ``recipients`` to whom each was handed over.
    """

    port: int
    refuses: set[str] = field(default_factory=set)
    answer: str = "250 OK"
    received: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    encrypted: list[Any] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        """Take a recipient, or not."""
        if address in self.refuses:
            return f"550 5.1.1 No such user {address}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take a mail, or not."""
        if self.answer.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.raw.append(envelope.content)
            parsed = BytesParser(EmailMessage, policy=SMTP_POLICY).parsebytes(envelope.content)
            self.received.append(parsed)
            self.recipients.append(list(envelope.rcpt_tos))
            transport = server.transport
            self.encrypted.append(transport and transport.get_extra_info("ssl_object") is not None)
        return self.answer


@contextmanager
def mail_server(
    certificate: Path | None = None, tls: bool = False, login: bool = False
) -> Iterator[MailServer]:
    """A server on 127.0.0.1. certificate: a PEM file with its key; tls: encrypted at once."""
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
    server = MailServer(free_port())
    options: dict[str, Any] = {}
    if login:
        options = {"authenticator": _authenticate, "auth_required": True}
        options["auth_require_tls"] = not tls and context is not None
    controller = Controller(
        server,
        hostname="127.0.0.1",
        port=server.port,
        ssl_context=context if tls else None,
        tls_context=None if tls else context,
        require_starttls=context is not None and not tls,
        **options,
    )
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


def _authenticate(server: SMTP, session: Session, envelope: Envelope, kind: str, data: Any) -> Any:
    right = data == LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)


def new_certificate(folder: Path, host: str = "127.0.0.1") -> Path:
    """A certificate that signs itself, with its key in one PEM file; for an address or a name."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test mail server")])
    named: x509.GeneralName = x509.DNSName(host)
    if host[0].isdigit():
        named = x509.IPAddress(IPv4Address(host))
    now = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([named]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{host}.pem"
    file.write_bytes(
        built.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return file
