"""Claims about [outbox], [[alerts]] and [notebook]: nearest names, and no secret in an error."""

from pathlib import Path

import pytest

from connectors.settings.outbox import Outbox
from tests.connectors.settings.test_settings import load, refusal

SLACK = "[outbox.slack]\n"
EMAIL = '[outbox.email]\nhost = "localhost"\nsender = "a@example.com"\n'
TO = 'recipients = ["b@example.com"]\n'
ALERT = '[[alerts]]\nkpi = "mqls"\nperiod = "month"\n'
REFERENCE = "must be a reference, 'env:NAME' or 'secrets:NAME', as it is a secret."


def test_nothing_is_sent_anywhere_unless_the_settings_say_so(tmp_path: Path) -> None:
    settings = load(tmp_path, "")
    assert settings.outbox == Outbox() and settings.alerts == ()
    assert (settings.outbox.slack, settings.outbox.email, settings.outbox.dashboard) == (None,) * 3


def test_the_commented_example_of_the_demo_is_understood(tmp_path: Path) -> None:
    """Every line that begins with "# " after the first [[alerts]], without that."""
    file = Path(__file__).parents[3] / "connectors" / "settings" / "demo.toml"
    text = file.read_text(encoding="utf-8")
    example = text[text.index("# [[alerts]]") :]
    lines = [line.removeprefix("# ").removeprefix("#") for line in example.splitlines()]
    message = [line for line in lines if not line.startswith("Where ")]
    settings = load(tmp_path, "\n".join(message))
    assert [rule.kpi for rule in settings.alerts] == ["mqls", "sqls"]
    assert settings.outbox.slack and settings.outbox.slack.webhook == "env:SLACK_WEBHOOK"
    assert settings.outbox.email and len(settings.outbox.email.recipients) == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[outbox]\nslak = "x"', "unknown key 'outbox.slak'. Did you mean 'slack'?"),
        (
            '[outbox.slack]\nwebhok = "x"',
            "unknown key 'outbox.slack.webhok'. Did you mean 'webhook'",
        ),
        (f'{EMAIL}{TO}usr = "env:X"', "unknown key 'outbox.email.usr'. Did you mean 'user'?"),
        (f"{ALERT}belw = 3", "unknown key 'alerts.0.belw'. Did you mean 'below'?"),
        ('[notebook]\nul = "x"', "unknown key 'notebook.ul'. Did you mean 'url'?"),
        ("[outbox.slack]", "'outbox.slack.webhook' is missing."),
        (EMAIL, "'outbox.email.recipients' is missing."),
        (
            f"{EMAIL}recipients = []",
            "'outbox.email.recipients' cannot be used: Tuple should have at",
        ),
        ("[outbox]\nslack = 3", "'outbox.slack' must be a section, [outbox.slack]."),
        (
            f'{EMAIL}{TO}security = "ssl"',
            "'outbox.email.security' is not one of 'starttls', 'tls' o",
        ),
        (
            f"{EMAIL}{TO}port = 0",
            "'outbox.email.port' cannot be used: Input should be greater than",
        ),
        (
            '[outbox]\ndashboard = "javascript:x"',
            "'outbox.dashboard' is no address such as 'https:",
        ),
        (
            f'{EMAIL}{TO}user = "env:X"',
            "'outbox.email' needs both 'user' and 'password', or neither",
        ),
        (ALERT, "'alerts.0' needs exactly one of 'below', 'above' and 'pace_below'."),
        (f"{ALERT}below = 1\nabove = 2", "'alerts.0' needs exactly one of"),
        (f"{ALERT}below = nan", "'alerts.0.below' is nan: Input should be a finite number."),
        (f"{ALERT}pace_below = 80", "'alerts.0.pace_below' is 80: Input should be less than"),
        (
            ALERT.replace("month", "year") + "below = 1",
            "'alerts.0.period' is 'year'. Use 'week', 'm",
        ),
        (ALERT.replace("mqls", "mql") + "below = 1", "alerts: no KPI 'mql'. Did you mean 'mqls'?"),
        (
            ALERT.replace("month", "week") + "pace_below = 0.8",
            "'alerts.0' 'pace_below' needs a period with a target: 'month' or 'quarter'.",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_nearest_name(
    tmp_path: Path, text: str, says: str
) -> None:
    assert refusal(tmp_path, text).startswith(says)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            f'{SLACK}webhook = "https://hooks.slack.com/s3cr3t"',
            f"'outbox.slack.webhook' {REFERENCE}",
        ),
        (
            f'{SLACK}webhook = ["s3cr3t"]',
            "'outbox.slack.webhook' cannot be used: Input should be a ",
        ),
        (f'{EMAIL}{TO}user = "s3cr3t"\npassword = "env:X"', f"'outbox.email.user' {REFERENCE}"),
        (f'{EMAIL}{TO}password = "s3cr3t"', f"'outbox.email.password' {REFERENCE}"),
        ('[outbox]\nslack = "https://s3cr3t"', "'outbox.slack' must be a section, [outbox.slack]."),
        ('[outbox]\nwebhook = "https://s3cr3t"', "unknown key 'outbox.webhook'. "),
        (
            '[outbox.email]\nhost = "smtp://u:s3cr3t@example.com"\nsender = "a@b.de"\n' + TO,
            "'outbox.email.host' is no name of a server such as 'smtp.example.com'.",
        ),
        ('[notebook]\nurl = "postgresql://u:s3cr3t@h/d"', "'notebook.url' holds a password. Move"),
        ('[notebook]\nurl = ["postgresql://u:s3cr3t@h/d"]', "'notebook.url' cannot be used: Input"),
        (
            EMAIL.replace("localhost", "smtp.example.com")
            + f'{TO}security = "none"\nuser = "env:A"\npassword = "env:B"',
            "'outbox.email' would send its password unencrypted to another machine. Use ",
        ),
    ],
)
def test_a_secret_in_the_settings_is_refused_and_not_repeated(
    tmp_path: Path, text: str, says: str
) -> None:
    message = refusal(tmp_path, text)
    assert message.startswith(says) and "s3cr3t" not in message


def test_on_the_same_machine_a_login_needs_no_encryption(tmp_path: Path) -> None:
    text = f'{EMAIL}{TO}security = "none"\nuser = "env:A"\npassword = "env:B"'
    email = load(tmp_path, text).outbox.email
    assert email is not None and email.user == "env:A"


@pytest.mark.parametrize(
    "address",
    [
        *("", "anna", "@example.com", "anna@", "anna@a@b", "a b@example.com", "ü@example.com"),
        *("a@example.com, b@example.com", "a@example.com\\nBcc: eve@example.com"),
    ],
)
def test_what_is_not_exactly_one_address_is_refused(tmp_path: Path, address: str) -> None:
    message = refusal(tmp_path, f'{EMAIL}recipients = ["{address}"]')
    assert message.startswith("'outbox.email.recipients' names ")
    assert "which is no e-mail address such as 'anna@example.com'" in message
    assert refusal(tmp_path, f"{EMAIL.replace('a@example.com', address)}{TO}").startswith(
        "'outbox.email.sender' names "
    )


@pytest.mark.parametrize(
    "address", ["anna@example.com", "Anna Keller <anna@example.com>", "ops+kpi@mail.example.co.uk"]
)
def test_one_address_with_or_without_a_name_is_taken(tmp_path: Path, address: str) -> None:
    email = load(tmp_path, f'{EMAIL}recipients = ["{address}"]').outbox.email
    assert email is not None and email.recipients == (address,)


def test_agreements_about_messages_do_not_make_another_snapshot(tmp_path: Path) -> None:
    before = load(tmp_path, "").fingerprint
    assert load(tmp_path, f"{ALERT}above = 1\n{EMAIL}{TO}").fingerprint == before
