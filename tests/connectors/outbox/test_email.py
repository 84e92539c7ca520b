"""Claims about e-mail, handed to a mail server of our own over real SMTP."""

import re
import socket
import threading
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from connectors.outbox.email import mail, send
from connectors.settings.outbox import Email
from kpis.document import Bullets, Cell, Document, Heading, Paragraph, Table
from kpis.errors import OutboxError, SettingsError
from tests.awkward_names import AWKWARD
from tests.mail_server import PASSWORD, USER, MailServer, mail_server, new_certificate
from tests.postgres_server import free_port

NOW = datetime(2026, 11, 23, 7, 5, tzinfo=UTC)
DOCUMENT = Document("Week 47", "Example", (Paragraph("All is well."),), "https://a.example")
ANNA, BEN = "anna@example.com", "ben@example.com"
LOGIN = {"user": "env:SMTP_USER", "password": "env:SMTP_PASSWORD"}


def email(port: int, **more: Any) -> Email:
    given = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "sender": "Alliance <alliance@example.com>",
        "recipients": [f"Anna Keller <{ANNA}>", BEN],
        **more,
    }
    return Email.model_validate(given)


def refusal(settings: Email, timeout: float = 5.0) -> str:
    with pytest.raises(OutboxError) as caught:
        send(DOCUMENT, settings, Path(), NOW, timeout)
    refused_with = str(caught.value)
    assert (
        refused_with.startswith("The mail was not sent: ")
        and refused_with.endswith(".")
        and "\n" not in refused_with
    )
    assert USER not in refused_with and PASSWORD not in refused_with
    return refused_with.removeprefix("The mail was not sent: ")


def parts(message: EmailMessage) -> dict[str, str]:
    """The text of each part, by its type."""
    return {part.get_content_type(): part.get_content() for part in message.iter_parts()}


@pytest.fixture
def login(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_USER", USER)
    monkeypatch.setenv("SMTP_PASSWORD", PASSWORD)


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A certificate for 127.0.0.1 that this process trusts."""
    file = new_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return file


def test_a_mail_reaches_all_recipients_with_a_text_and_an_html_part() -> None:
    with mail_server() as server:
        assert send(DOCUMENT, email(server.port), Path(), NOW) is None
    (message,) = server.received
    assert server.recipients == [[ANNA, BEN]]
    assert message.get_content_type() == "multipart/alternative"
    assert list(parts(message)) == ["text/plain", "text/html"], "the best one comes last"
    for text in parts(message).values():
        assert "All is well." in text and "https://a.example" in text


def test_its_headers_say_what_programs_go_by() -> None:
    message = mail(DOCUMENT, email(25), NOW)
    assert message["Subject"] == "Week 47"
    assert message["From"] == "Alliance <alliance@example.com>"
    assert message["To"] == f"Anna Keller <{ANNA}>, {BEN}"
    assert message["Date"] == "Mon, 23 Nov 2026 07:05:00 +0000"
    assert message["Auto-Submitted"] == "auto-generated"
    first, second = (str(mail(DOCUMENT, email(25), NOW)["Message-ID"]) for _ in range(2))
    assert first.endswith("@example.com>") and first != second


@pytest.mark.parametrize(
    "title",
    [
        "Week 47\r\nBcc: eve@example.com",
        "Week\n\nBody",
        "Week\u2028Bcc: eve",
        "a" * 3000,
        "🎉 مرحبا",
    ],
)
def test_no_title_makes_a_header(title: str) -> None:
    with mail_server() as server:
        send(Document(title, "s", ()), email(server.port), Path(), NOW)
    (message,) = server.received
    assert message["Bcc"] is None and server.recipients == [[ANNA, BEN]]
    assert message["Subject"] == " ".join(title.split())
    assert {name.lower() for name in message} == {
        *("subject", "from", "to", "date", "message-id", "auto-submitted", "mime-version"),
        "content-type",
    } | ({"x-peer", "x-mailfrom", "x-rcptto"} & {name.lower() for name in message})
    assert max(map(len, server.raw[0].splitlines())) <= 998, "RFC 5322, section 2.1.1"


class _Text(HTMLParser):
    """The text that a mail program shows, and the elements around it."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_names_come_out_as_text_in_both_parts_over_the_wire() -> None:
    blocks = tuple(
        block
        for name in AWKWARD
        for block in (
            Heading(name),
            Bullets((name,)),
            Table(("KPI", "x"), ((Cell(name), Cell(name)),)),
        )
    )
    with mail_server() as server:
        send(Document("t", "s", blocks), email(server.port), Path(), NOW)
    found = parts(server.received[0])
    shown = _Text()
    shown.feed(found["text/html"])
    assert "script" not in shown.tags
    for name in AWKWARD:
        assert found["text/plain"].count(name) >= 3
        assert sum(text.strip() == name.strip() for text in shown.texts) >= 3


def test_a_line_that_is_only_a_dot_does_not_end_the_mail() -> None:
    with mail_server() as server:
        send(
            Document("t", "s", (Paragraph("."), Paragraph("after"))),
            email(server.port),
            Path(),
            NOW,
        )
    assert "after" in parts(server.received[0])["text/plain"]


@pytest.mark.usefixtures("login")
def test_starttls_and_a_login_over_a_certificate_that_is_trusted(trusted: Path) -> None:
    with mail_server(trusted, login=True) as server:
        send(DOCUMENT, email(server.port, security="starttls", **LOGIN), Path(), NOW)
    assert len(server.received) == 1 and server.encrypted == [True]


@pytest.mark.usefixtures("login")
def test_tls_from_the_first_byte(trusted: Path) -> None:
    with mail_server(trusted, tls=True, login=True) as server:
        send(DOCUMENT, email(server.port, security="tls", **LOGIN), Path(), NOW)
    assert len(server.received) == 1 and server.encrypted == [True]


@pytest.mark.usefixtures("login")
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_trusts_gets_no_mail_and_no_password(
    tmp_path: Path, security: str
) -> None:
    file = new_certificate(tmp_path)
    with mail_server(file, tls=security == "tls", login=True) as server:
        refused_with = refusal(email(server.port, security=security, **LOGIN))
    assert refused_with.startswith(
        f"the certificate of 127.0.0.1:{server.port} is not valid (self-signed c"
    )
    assert server.received == []


def test_a_certificate_for_another_name_is_not_valid(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = new_certificate(tmp_path, "mail.example.com")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with mail_server(file) as server:
        refused_with = refusal(email(server.port, security="starttls"))
    assert "is not valid (IP address mismatch" in refused_with and server.received == []


def test_a_server_without_starttls_gets_no_mail_in_the_clear() -> None:
    with mail_server() as server:
        refused_with = refusal(email(server.port, security="starttls"))
    assert (
        "does not offer what is needed (STARTTLS" in refused_with
        and "'port' and 'security'" in refused_with
    )
    assert server.received == []


def test_a_server_that_speaks_no_tls_is_reported_from_one_that_is_down() -> None:
    with mail_server() as server:
        refused_with = refusal(email(server.port, security="tls"))
    assert refused_with.startswith(
        f"127.0.0.1:{server.port} does not speak TLS as security = 'tls' asks"
    )


def test_a_wrong_password_names_the_references_and_nothing_of_them(
    trusted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMTP_USER", USER)
    monkeypatch.setenv("SMTP_PASSWORD", "wr0ng")
    with mail_server(trusted, login=True) as server:
        refused_with = refusal(email(server.port, security="starttls", **LOGIN))
    assert refused_with.startswith(
        f"127.0.0.1:{server.port} refuses the login (535). Check what 'env:SMTP_U"
    )
    assert "wr0ng" not in refused_with and server.received == []


def test_a_secret_that_is_not_there_is_a_mistake_in_the_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("SMTP_USER", raising=False)
    with pytest.raises(SettingsError, match=r"\[outbox.email\] user: 'env:SMTP_USER' refers to"):
        send(DOCUMENT, email(free_port(), **LOGIN), Path(), NOW)


def test_recipients_that_are_refused_are_reported_and_the_others_get_their_mail() -> None:
    with mail_server() as server:
        server.refuses = {BEN}
        refused_with = send(DOCUMENT, email(server.port), Path(), NOW)
    assert refused_with == (
        "The mail was sent, but 127.0.0.1 refused it for ben@example.com (550 5.1.1 No such user "
        "ben@example.com). Correct [outbox.email] recipients."
    )
    assert server.recipients == [[ANNA]]


def test_where_every_recipient_is_refused_nothing_was_sent() -> None:
    with mail_server() as server:
        server.refuses = {ANNA, BEN}
        refused_with = refusal(email(server.port))
    assert "refuses every recipient: anna@example.com (550 5.1.1 No such user" in refused_with
    assert server.received == []


def test_a_mail_that_the_server_does_not_take_is_not_sent() -> None:
    with mail_server() as server:
        server.answer = "452 4.3.1 Disk is full"
        refused_with = refusal(email(server.port))
    assert (
        refused_with == f"127.0.0.1:{server.port} answers 452 4.3.1 Disk is full. Try again later."
    )


def test_a_server_that_quotes_the_login_is_not_repeated(
    login: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sender is often the user, too."""
    with mail_server(login=True) as server:
        server.answer = f"554 {USER} with {PASSWORD} may not"
        refused_with = refusal(email(server.port, **LOGIN))
    assert "answers 554 *** with *** may not" in refused_with


def test_a_server_that_is_not_there_cannot_be_reached() -> None:
    refused_with = refusal(email(free_port()))
    assert "cannot be reached (ConnectionRefusedError). Check 'host' and 'port'" in refused_with
    refused_with = refusal(email(25, host="no-such-host.invalid"))
    assert "no-such-host.invalid:25 cannot be reached (gaierror)" in refused_with


def test_a_server_that_never_answers_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        refused_with = refusal(email(silent.getsockname()[1]), timeout=0.3)
    assert "does not answer, or hung up. Check 'port' and 'security' ('none')" in refused_with


def test_a_server_that_hangs_up_after_it_took_the_mail_has_taken_it() -> None:
    """Its farewell is missing: the mail was sent, and must not be sent again."""
    with mail_server() as server, _Impolite(server) as relay:
        assert send(DOCUMENT, email(relay.port), Path(), NOW, timeout=5.0) is None
    assert len(server.received) == 1


def test_a_name_beyond_ascii_arrives_as_it_is() -> None:
    with mail_server() as server:
        send(DOCUMENT, email(server.port, sender="Jürgen مرحبا <j@example.com>"), Path(), NOW)
    assert str(server.received[0]["From"]) == "Jürgen مرحبا <j@example.com>"


def test_a_password_that_smtp_cannot_carry_is_reported_and_not_shown(
    trusted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMTP_USER", USER)
    monkeypatch.setenv("SMTP_PASSWORD", "pässwörd")
    with mail_server(trusted, login=True) as server:
        refused_with = refusal(email(server.port, security="starttls", **LOGIN))
    assert (
        refused_with.startswith("SMTP does not take a character") and "pässwörd" not in refused_with
    )


class _Impolite:
    """Passes everything on to a server, but hangs up where it would say goodbye."""

    def __init__(self, server: MailServer) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._server = server
        self._thread = threading.Thread(target=self._pass_on)

    def __enter__(self) -> "_Impolite":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join(10)
        self._listener.close()

    @staticmethod
    def _answer(server: socket.socket) -> bytes:
        """All lines of an answer, which may come one by one; only the last has a blank fourth."""
        answer = b""
        while not re.search(rb"^\d{3} [^\n]*\r\n\Z", answer, re.MULTILINE):
            answer += server.recv(65536)
        return answer

    def _pass_on(self) -> None:
        client, _ = self._listener.accept()
        with client, socket.create_connection(("127.0.0.1", self._server.port), 10) as server:
            client.sendall(self._answer(server))
            in_data, mail = False, b""
            while (refused_with := client.recv(65536)) and not refused_with.upper().startswith(
                b"QUIT"
            ):
                server.sendall(refused_with)
                mail += refused_with  # its end may come in two parts
                if in_data and not mail.endswith(b"\r\n.\r\n"):
                    continue
                answer = self._answer(server)
                in_data, mail = answer.startswith(b"354"), b""
                client.sendall(answer)


def test_the_clock_of_the_mail_is_the_callers() -> None:
    later = mail(DOCUMENT, email(25), NOW + timedelta(hours=1))
    assert later["Date"] == "Mon, 23 Nov 2026 08:05:00 +0000"
