"""Claims about `digest`: run as people and cron do, with a real webhook and a real mail server."""

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from connectors.notebook.notebook import open_notebook
from connectors.settings.file import DEMO_FILE as DEMO_SETTINGS
from connectors.settings.file import load_settings
from kpis.records import Action, AgreedTarget, AlertState, Meeting
from tests.awkward_names import AWKWARD
from tests.kept_snapshots import refreshed
from tests.mail_server import MailServer, mail_server
from tests.maven import alliance, alliance_process
from tests.webhook_receiver import SECRET_PATH, Answer, WebhookReceiver

MONDAY = date(2026, 11, 23)
LAST_WEEK = MONDAY - timedelta(days=7)
CHANNELS = """
[outbox]
dashboard = "https://alliance.example.com"
[outbox.slack]
webhook = "env:SLACK_WEBHOOK"
[outbox.email]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "Alliance <alliance@example.com>"
recipients = ["anna@example.com", "ben@example.com"]
"""
FEW_MQLS = '[[alerts]]\nkpi = "mqls"\nperiod = "week"\nbelow = 5\n'


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as receiver:
        monkeypatch.setenv("SLACK_WEBHOOK", receiver.url)
        yield receiver


@pytest.fixture
def mails() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


def company(folder: Path, more: str = "", mqls_last_week: int = 2) -> Path:
    """A company with 10 MQLs a week and so many in the last; returns its settings file.

    Its campaigns c0, c1 … have awkward names; the MQLs are of c0. Its sources were read just now.
    """
    leads = ["lead_id,created_at,mql_at,campaign_id"]
    for week in range(20):
        day = LAST_WEEK - timedelta(weeks=week)
        for n in range(10 if week else mqls_last_week):
            leads.append(f"{week}-{n},{day},{day},c0")
    names = [json.dumps(name, ensure_ascii=False).replace('\\"', '""') for name in AWKWARD]
    campaigns = ["campaign_id,name", *(f"c{n},{name}" for n, name in enumerate(names))]
    tables = {"leads": leads, "campaigns": campaigns}
    text = f"as_of = {MONDAY}\n"
    for name, lines in tables.items():
        (folder / f"{name}.csv").write_text("\n".join(lines), encoding="utf-8")
        text += f'[tables.{name}]\nsource = "crm"\nfrom = "{name}.csv"\n'
    text += '[sources.crm]\nkind = "files"\nfolder = "."\n'
    file = folder / "settings.toml"
    file.write_text(text + more, encoding="utf-8")
    refreshed(load_settings(file))
    return file


def both(mails: MailServer) -> str:
    return CHANNELS.format(port=mails.port)


def digest(settings: Path, *options: str) -> Result:
    return alliance("digest", "--settings", settings, *options)


def sent(result: Result) -> list[str]:
    """The lines on standard output of a run without any error."""
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout.splitlines()


def refusal(result: Result, status: int) -> str:
    """The one paragraph on standard error; never a secret."""
    assert result.exit_code == status and isinstance(result.exception, SystemExit)
    assert result.stderr.endswith("\n") and result.stderr.count("\n") == 1
    assert SECRET_PATH not in result.stderr and "127.0.0.1/services" not in result.stderr
    return result.stderr


def blocks(slack: WebhookReceiver) -> str:
    """All text of the last message's blocks, a line each."""
    return "\n".join(_texts(slack.messages[-1]["blocks"]))


def _texts(part: Any) -> list[str]:
    if isinstance(part, list):
        return [text for one in part for text in _texts(one)]
    if isinstance(part, dict):
        return [text for key in ("text", "elements") for text in _texts(part.get(key))]
    return [part] if isinstance(part, str) else []


def mail_parts(mails: MailServer) -> dict[str, str]:
    return {part.get_content_type(): part.get_content() for part in mails.received[-1].iter_parts()}


def states(settings: Path) -> dict[str, bool]:
    """Channel → whether it was told that the one rule is crossed."""
    found = open_notebook(load_settings(settings)).all(AlertState)
    return {state.channel: state.is_crossed for state in found}


def test_the_digest_of_the_demo_goes_to_slack_and_by_mail(
    tmp_path: Path, slack: WebhookReceiver, mails: MailServer
) -> None:
    """The demo's story is told: the quarter's MQLs, SQLs and revenue lag, the month's do not."""
    settings = tmp_path / "settings.toml"
    demo = DEMO_SETTINGS.read_text(encoding="utf-8")
    text = f"as_of = {MONDAY}\n{demo}{both(mails)}"
    settings.write_text(text, encoding="utf-8")
    title = "Week 16–22 Nov 2026: 3 of 6 goals on track"
    assert sent(digest(settings)) == [f"Sent to slack: {title}", f"Sent to email: {title}"]
    assert mails.received[0]["Subject"] == title
    assert mails.recipients == [["anna@example.com", "ben@example.com"]]
    assert slack.messages[0]["text"] == f"{title} (Northwind Software, as of 23 Nov 2026)"
    found = mail_parts(mails)
    for answer in (blocks(slack), found["text/plain"], found["text/html"]):
        assert "November 2026, working day 16 of 21" in answer
        assert "Both teams are behind their lead goals of Q4 2026" in answer
        assert "Brand search DACH" in answer and "cmp-" not in answer, (
            "campaigns by name, not by id"
        )
    assert "https://alliance.example.com" in found["text/html"]
    assert blocks(slack).endswith("Open the dashboard")


def test_a_day_may_be_named_and_must_not_be_too_far_away(tmp_path: Path) -> None:
    settings = company(tmp_path)
    lines = sent(digest(settings, "--dry-run", "--as-of", "2026-11-16"))
    assert lines[0] == "Week 9–15 Nov 2026"
    answer = refusal(digest(settings, "--dry-run", "--as-of", "1800-01-01"), status=2)
    assert answer.startswith("1800-01-01 is too far away.")


def test_a_channel_may_be_chosen(tmp_path: Path, slack: WebhookReceiver, mails: MailServer) -> None:
    settings = company(tmp_path, both(mails))
    assert len(sent(digest(settings, "--to", "email"))) == 1
    assert (len(mails.received), slack.tries) == (1, 0)
    assert len(sent(digest(settings, "--to", "email", "--to", "slack"))) == 2
    assert (len(mails.received), slack.tries) == (2, 1)


def test_without_a_channel_it_is_bad_usage_and_says_what_to_add(tmp_path: Path) -> None:
    settings = company(tmp_path, FEW_MQLS)
    shutil.rmtree(tmp_path / "snapshots")
    for options in ((), ("--to", "slack"), ("--alerts",)):
        answer = refusal(digest(settings, *options), status=2)
        assert (
            "[outbox.slack] with webhook = 'env:SLACK_WEBHOOK'" in answer and "--dry-run" in answer
        )
    assert digest(settings, "--to", "fax").exit_code == 2
    assert not (tmp_path / "snapshots").exists(), "and nothing was read for that"


def test_a_dry_run_sends_and_records_nothing(
    tmp_path: Path, slack: WebhookReceiver, mails: MailServer
) -> None:
    settings = company(tmp_path, both(mails) + FEW_MQLS)
    assert sent(digest(settings, "--dry-run"))[0] == "Week 16–22 Nov 2026"
    lines = sent(digest(settings, "--dry-run", "--alerts"))
    assert "To slack: Alert: MQLs crossed its line" in lines
    assert "To email: Alert: MQLs crossed its line" in lines
    assert slack.tries == 0 and mails.received == [] and states(settings) == {}


def test_a_channel_that_fails_is_reported_and_the_other_one_served(
    tmp_path: Path, slack: WebhookReceiver, mails: MailServer
) -> None:
    settings = company(tmp_path, both(mails))
    slack.answers.append(Answer(404, "no_service"))
    result = digest(settings)
    answer = refusal(result, status=1)
    assert answer.startswith("Slack did not take the message (404 no_service). The webhook was rem")
    assert result.stdout == "Sent to email: Week 16–22 Nov 2026\n" and len(mails.received) == 1


def test_a_secret_that_is_missing_is_reported_and_the_other_channel_served(
    tmp_path: Path, mails: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SLACK_WEBHOOK", raising=False)
    answer = refusal(digest(company(tmp_path, both(mails))), status=2)
    assert answer.startswith(
        "[outbox.slack] webhook: 'env:SLACK_WEBHOOK' refers to the environment"
    )
    assert len(mails.received) == 1


def test_a_recipient_who_is_refused_is_reported_although_the_mail_was_sent(
    tmp_path: Path, slack: WebhookReceiver, mails: MailServer
) -> None:
    mails.refuses = {"ben@example.com"}
    settings = company(tmp_path, both(mails) + FEW_MQLS)
    result = digest(settings, "--alerts")
    answer = refusal(result, status=1)
    assert answer.startswith(
        "The mail was sent, but 127.0.0.1 refused it for ben@example.com (550 "
    )
    assert len(result.stdout.splitlines()) == 2
    assert states(settings) == {"slack": True, "email": True}, "so that anna is not told again"


def test_an_alert_is_sent_once_and_again_when_it_came_back_in_between(
    tmp_path: Path, slack: WebhookReceiver, mails: MailServer
) -> None:
    """2 MQLs in the last week, below 5; then 5, on the line; then 4."""
    settings = company(tmp_path, both(mails) + FEW_MQLS)
    title = "Alert: MQLs crossed its line"
    assert sent(digest(settings, "--alerts")) == [
        f"Sent to slack: {title}",
        f"Sent to email: {title}",
    ]
    answer = "Marketing-qualified leads, 16–22 Nov 2026: 2, below 5."
    assert answer in blocks(slack) and answer in mail_parts(mails)["text/plain"]
    assert slack.messages[0]["blocks"][-1]["elements"][0]["elements"][0]["url"] == (
        "https://alliance.example.com"
    )
    assert sent(digest(settings, "--alerts")) == [], "cron mails what is printed"
    company(tmp_path, both(mails) + FEW_MQLS, mqls_last_week=5)
    assert sent(digest(settings, "--alerts")) == []
    assert states(settings) == {"slack": False, "email": False}
    company(tmp_path, both(mails) + FEW_MQLS, mqls_last_week=4)
    assert len(sent(digest(settings, "--alerts"))) == 2
    assert (len(slack.messages), len(mails.received)) == (2, 2)


def test_a_channel_that_failed_gets_it_in_the_next_run_and_the_other_not_again(
    tmp_path: Path, slack: WebhookReceiver, mails: MailServer
) -> None:
    settings = company(tmp_path, both(mails) + FEW_MQLS)
    slack.answers.append(Answer(404, "no_service"))
    refusal(digest(settings, "--alerts"), status=1)
    assert states(settings) == {"slack": False, "email": True}
    assert len(sent(digest(settings, "--alerts"))) == 1
    assert (len(slack.messages), len(mails.received)) == (1, 1)


def test_what_cannot_be_judged_is_not_sent_and_a_dry_run_says_why(
    tmp_path: Path, slack: WebhookReceiver, mails: MailServer
) -> None:
    rules = '[[alerts]]\nkpi = "cac"\nperiod = "month"\nabove = 1\n'
    rules += '[[alerts]]\nkpi = "mqls"\nperiod = "month"\npace_below = 0.9\n'
    settings = company(tmp_path, both(mails) + rules)
    assert sent(digest(settings, "--alerts")) == [] and slack.tries == 0
    lines = sent(digest(settings, "--alerts", "--dry-run"))
    assert lines[:2] == ["To slack: Nothing new.", "To email: Nothing new."]
    assert lines[2].startswith("Not judged: cac per month above 1.0: no ")
    assert lines[3] == (
        "Not judged: mqls per month pace_below 0.9: it has no target for the period."
    )


def test_a_target_agreed_in_a_meeting_counts_and_wins_over_the_settings(
    tmp_path: Path, slack: WebhookReceiver, mails: MailServer
) -> None:
    """November has 22 MQLs after 15 of 21 working days: of 21 15 are due, of 210 150."""
    rules = '[[targets]]\nkpi = "mqls"\nperiod = "month"\nvalue = 21\n'
    rules += '[[alerts]]\nkpi = "mqls"\nperiod = "month"\npace_below = 0.9\n'
    settings = company(tmp_path, both(mails) + rules)
    assert sent(digest(settings, "--alerts")) == []
    notebook = open_notebook(load_settings(settings))
    notebook.add(AgreedTarget(kpi="mqls", period="month", value=210.0), "Anna")
    assert len(sent(digest(settings, "--alerts"))) == 2
    assert "below 135, which is 90% of the 150 due by the evening before." in blocks(slack)
    assert sent(digest(settings))[0].endswith(": 0 of 1 goals on track")


def test_a_target_of_a_table_counts_after_a_meetings_and_before_the_settings(
    tmp_path: Path,
) -> None:
    """On Monday November has 22 MQLs in 16 of 21 working days. The settings' 21 are reached, the
    table's 210 are not: 160 are due. Of a meeting's 42, 32 are due."""
    rules = '[[targets]]\nkpi = "mqls"\nperiod = "month"\nvalue = 21\n'
    settings = company(tmp_path, rules)
    assert digest(settings, "--dry-run").stdout.splitlines()[0].endswith("1 of 1 goals on track")
    (tmp_path / "targets.csv").write_text("kpi,period,value\nMQLs,month,210\n", encoding="utf-8")
    with settings.open("a", encoding="utf-8") as file:
        file.write('[tables.targets]\nsource = "crm"\nfrom = "targets.csv"\n')
    shown = digest(settings, "--dry-run").stdout
    assert shown.splitlines()[0].endswith("0 of 1 goals on track")
    assert "MQLs: So far 22; Due 160; " in shown and "Goal 210;" in shown
    notebook = open_notebook(load_settings(settings))
    notebook.add(AgreedTarget(kpi="mqls", period="month", value=42.0), "Anna")
    shown = digest(settings, "--dry-run").stdout
    assert "MQLs: So far 22; Due 32; " in shown and "Goal 42;" in shown


def test_a_changed_definition_is_reported_until_the_next_meeting(tmp_path: Path) -> None:
    """Changed between the reports of the 13th and the 20th: a week before Monday the 23rd it was
    another one, but the teams have met on the 20th."""
    for day, margin in ((13, 1.0), (20, 0.5), (23, 0.5)):
        settings = company(tmp_path, f"[definitions]\ngross_margin = {margin}\n")
        text = settings.read_text(encoding="utf-8").replace(f"{MONDAY}", f"2026-11-{day}", 1)
        settings.write_text(text, encoding="utf-8")
        lines = sent(digest(settings, "--dry-run"))
    changed = "A definition changed since the last meeting"
    assert any(changed in line for line in lines), lines
    notebook = open_notebook(load_settings(settings))
    meeting = Meeting(
        held_on=date(2026, 11, 20),
        opened_at=datetime(2026, 11, 20, 9, tzinfo=UTC),
        snapshot="of the 20th",
        definitions="0a1b2c3d4e5f",
        attribution="linear",
    )
    going_on = notebook.add(meeting, "Anna")
    assert any(changed in line for line in sent(digest(settings, "--dry-run")))
    notebook.edit(going_on, "Anna", closed_at=datetime(2026, 11, 20, 10, tzinfo=UTC))
    assert not any(changed in line for line in sent(digest(settings, "--dry-run")))


def test_open_actions_of_the_notebook_are_listed(tmp_path: Path) -> None:
    settings = company(tmp_path)
    notebook = open_notebook(load_settings(settings))
    for due, status in ((20, "open"), (30, "open"), (19, "done"), (29, "dropped")):
        action = Action(
            meeting_id=None,
            made_on=LAST_WEEK,
            what=f"Task of the {due}th",
            owner="Ben",
            due=date(2026, 11, due),
            status=status,  # type: ignore[arg-type]  # one of its literals
        )
        notebook.add(action, "Ben")
    reported = [line for line in sent(digest(settings, "--dry-run")) if "Task of the" in line]
    assert reported == [
        "- Ben: Task of the 20th (due 20 Nov 2026, 3 days overdue)",
        "- Ben: Task of the 30th (due 30 Nov 2026)",
    ]


def test_alerts_without_rules_are_bad_usage(tmp_path: Path, mails: MailServer) -> None:
    answer = refusal(digest(company(tmp_path, both(mails)), "--alerts"), status=2)
    assert answer.startswith("The settings have no [[alerts]]")


def test_a_rule_of_an_unknown_campaign_is_reported_and_the_other_rules_sent(
    tmp_path: Path, slack: WebhookReceiver, mails: MailServer
) -> None:
    settings = company(tmp_path, both(mails) + FEW_MQLS + FEW_MQLS + 'campaign = "c00"\n')
    result = digest(settings, "--alerts")
    assert refusal(result, status=2) == "alerts: no campaign 'c00'. Did you mean 'c0'?\n"
    assert len(result.stdout.splitlines()) == 2 and len(slack.messages) == 1


def test_names_come_out_as_text_wherever_they_are_sent(
    tmp_path: Path, slack: WebhookReceiver, mails: MailServer
) -> None:
    """An alert for each awkwardly named campaign, and a digest with actions that are called so."""
    rules = "".join(f'{FEW_MQLS}campaign = "c{n}"\n' for n in range(len(AWKWARD)))
    settings = company(tmp_path, both(mails) + rules)
    assert len(sent(digest(settings, "--alerts"))) == 2
    alerted = (blocks(slack), mail_parts(mails)["text/plain"])
    notebook = open_notebook(load_settings(settings))
    for name in AWKWARD[:8]:
        action = Action(meeting_id=None, made_on=LAST_WEEK, what=name, owner="Ben", due=MONDAY)
        notebook.add(action, "Ben")
    assert len(sent(digest(settings))) == 2
    reported = (blocks(slack), mail_parts(mails)["text/plain"])
    for name in AWKWARD:
        assert all(f"leads of {name}, 16–22 Nov 2026:" in answer for answer in alerted)
    for name in AWKWARD[:8]:
        assert all(f"Ben: {name} (due 23 Nov 2026)" in answer for answer in reported)
    assert "<script>alert" not in mail_parts(mails)["text/html"]
    assert "<!channel>" not in slack.messages[-1]["text"]


def test_of_several_crons_at_once_one_sends(
    tmp_path: Path, slack: WebhookReceiver, mails: MailServer
) -> None:
    """Three processes; the snapshot is there already, as a refresh of three at once is refused."""
    settings = company(tmp_path, both(mails) + FEW_MQLS)

    def run(_: int) -> tuple[int, str]:
        done = alliance_process("digest", "--alerts", "--settings", settings)
        return done.returncode, done.stderr

    with ThreadPoolExecutor(3) as pool:
        assert set(pool.map(run, range(3))) == {(0, "")}
    assert (len(slack.messages), len(mails.received)) == (1, 1)
