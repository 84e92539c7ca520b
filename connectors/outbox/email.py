"""Messages by e-mail through SMTP: one mail to all recipients, with an HTML and a text part."""

import smtplib
import ssl
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, getaddresses, make_msgid
from pathlib import Path

from connectors.documents.markdown import plain_text
from connectors.settings.outbox import Email
from connectors.settings.secrets import redacted, secret
from kpis.document import Document, printable
from kpis.errors import OutboxError, SettingsError

SECONDS = 30.0
"""How long to wait for each answer of the server."""


def send(
    document: Document, email: Email, folder: Path, now: datetime, timeout: float = SECONDS
) -> str | None:
    """Send ``document`` to all recipients; say which of them the server refused, if any.

    folder: of the settings, for secrets. now: the instant that the mail is dated.
    Raises OutboxError when the server took it for nobody, and SettingsError without the secrets
    referred to; neither holds user or password.
    """
    login = _login(email, folder)
    try:
        server = _connected(email, timeout)
        try:
            if login:
                server.login(*login)
            refused = server.send_message(mail(document, email, now))
            # The mail is accepted: whatever becomes of the farewell, it is not to be sent again.
            with suppress(smtplib.SMTPException, OSError):
                server.quit()
        finally:
            server.close()
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        sentence = f"The mail was not sent: {_problem(error, email)}"
        raise OutboxError(redacted(sentence, *(login or ()))) from None
    if not refused:
        return None
    return redacted(
        f"The mail was sent, but {email.host} refused it for {_refused(refused)}. Correct "
        "[outbox.email] recipients.",
        *(login or ()),
    )


def mail(document: Document, email: Email, now: datetime) -> EmailMessage:
    """The mail: text first, then HTML, as mail programs show the last one that they can."""
    from connectors.documents.html import mail_html  # fonts and templates, for a mail only

    message = EmailMessage(policy=SMTP)
    message["Subject"] = " ".join(printable(document.title).split())
    sender = _address(email.sender)
    message["From"] = sender
    message["To"] = [_address(recipient) for recipient in email.recipients]
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain=sender.domain)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(plain_text(document), cte="quoted-printable")
    message.add_alternative(mail_html(document), subtype="html", cte="quoted-printable")
    return message


def _address(text: str) -> Address:
    ((name, address),) = getaddresses([text])
    return Address(name, addr_spec=address)


def _login(email: Email, folder: Path) -> tuple[str, str] | None:
    if email.user is None or email.password is None:
        return None
    found = []
    for key, reference in (("user", email.user), ("password", email.password)):
        value = secret(reference, folder, f"[outbox.email] {key}")
        if not isinstance(value, str):
            raise SettingsError(f"[outbox.email] {key}: '{reference}' refers to what is no text.")
        found.append(value)
    return found[0], found[1]


def _connected(email: Email, timeout: float) -> smtplib.SMTP:
    """A connection to the server, encrypted as the settings ask, its certificate checked."""
    if email.security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(email.host, email.port, timeout=timeout, context=context)
    server = smtplib.SMTP(email.host, email.port, timeout=timeout)
    if email.security == "starttls":
        try:
            server.starttls(context=ssl.create_default_context())
        except BaseException:
            server.close()
            raise
    return server


_PROBLEMS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (
        ssl.SSLCertVerificationError,
        "the certificate of {server} is not valid ({error.verify_message}). Give 'host' as the "
        "certificate names it, or let this machine trust who issued it.",
    ),
    (
        ssl.SSLError,
        "{server} does not speak TLS as security = '{email.security}' asks. Use 'starttls' "
        "(usually port 587) or 'tls' (usually port 465).",
    ),
    (
        smtplib.SMTPNotSupportedError,
        "{server} does not offer what is needed ({error}). Check 'port' and 'security', and leave "
        "out 'user' and 'password' where it knows no login.",
    ),
    (
        smtplib.SMTPAuthenticationError,
        "{server} refuses the login ({error.smtp_code}). Check what '{email.user}' and "
        "'{email.password}' refer to; some providers want a password for this app alone.",
    ),
    (
        smtplib.SMTPRecipientsRefused,
        "{server} refuses every recipient: {who}. Correct [outbox.email] recipients.",
    ),
    (
        smtplib.SMTPSenderRefused,
        "{server} refuses the sender ({words}). Use a 'sender' that this server may send for, or "
        "log in with 'user' and 'password'.",
    ),
    (smtplib.SMTPResponseException, "{server} answers {words}. Try again later."),
    (
        UnicodeError,
        "SMTP does not take a character of 'host', or of what 'user' and 'password' refer to. Use "
        "plain letters there.",
    ),
    (
        (smtplib.SMTPServerDisconnected, TimeoutError),
        "{server} does not answer, or hung up. Check 'port' and 'security' ('{email.security}'), "
        "or try again later.",
    ),
    (
        Exception,
        "{server} cannot be reached ({kind}). Check 'host' and 'port', and that this machine may "
        "connect to it.",
    ),
)
"""What can go wrong with the server, and the remedy; the first that fits."""


def _problem(error: Exception, email: Email) -> str:
    """What went wrong with the server, and the remedy."""
    sentence = next(text for kinds, text in _PROBLEMS if isinstance(error, kinds))
    words = who = ""
    if isinstance(error, smtplib.SMTPResponseException):
        words = _words(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        who = _refused(error.recipients)
    server, kind = f"{email.host}:{email.port}", type(error).__name__
    return sentence.format(server=server, error=error, email=email, words=words, who=who, kind=kind)


def _refused(recipients: Mapping[str, tuple[int, bytes]]) -> str:
    return ", ".join(f"{name} ({_words(code, text)})" for name, (code, text) in recipients.items())


def _words(code: int, text: bytes | str) -> str:
    """The server's answer on one line, as far as it is of use."""
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    return f"{code} {' '.join(printable(words).split())[:200]}".strip()
