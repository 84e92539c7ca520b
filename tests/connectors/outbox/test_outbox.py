"""Claims about messages to Slack, posted to a webhook of our own over real HTTP."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from connectors.outbox.outbox import CHANNELS, channels, each, send
from connectors.outbox.slack import MAX_BLOCKS, MAX_HEADER, MAX_TEXT, cut, payload
from connectors.outbox.slack import send as send_to_slack
from connectors.settings.outbox import Slack
from connectors.settings.settings import Settings
from kpis.document import Block, Bullets, Cell, Document, Figure, Heading, Paragraph, Table
from kpis.errors import OutboxError, SettingsError
from tests.awkward_names import AWKWARD
from tests.webhook_receiver import SECRET_PATH, Answer, WebhookReceiver

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
SLACK = Slack(webhook="env:SLACK_WEBHOOK")
NO_PAUSE, SHORT = 0.0, 0.3
DOCUMENT = Document("Week 47", "Example", (Paragraph("All is well."),), "https://a.example")


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as receiver:
        monkeypatch.setenv("SLACK_WEBHOOK", receiver.url)
        yield receiver


def post(document: Document = DOCUMENT) -> None:
    send_to_slack(document, SLACK, Path(), NO_PAUSE, SHORT)


def refusal(slack: WebhookReceiver, *answers: Answer) -> str:
    slack.answers.extend(answers)
    with pytest.raises(OutboxError) as caught:
        post()
    refused_with = str(caught.value)
    assert (
        refused_with.startswith("Slack ")
        and refused_with.endswith(".")
        and "\n" not in refused_with
    )
    assert (
        SECRET_PATH not in refused_with
        and "s3cr3t" not in refused_with
        and slack.url not in refused_with
    )
    return refused_with


def test_the_message_arrives_as_blocks_with_a_text_for_notifications(
    slack: WebhookReceiver,
) -> None:
    post()
    (message,) = slack.messages
    assert message["text"] == "Week 47 (Example)"
    header, context, refused_with, link = message["blocks"]
    assert header == {
        "type": "header",
        "text": {"type": "plain_text", "text": "Week 47", "emoji": False},
    }
    assert context["elements"] == [{"type": "plain_text", "text": "Example", "emoji": False}]
    assert texts(refused_with) == ["All is well."]
    (section,) = link["elements"]
    assert section["elements"][0]["url"] == "https://a.example"


@pytest.mark.parametrize(
    "answers",
    [
        [Answer(500, "server_error")],
        [Answer(429, "rate_limited", retry_after=0)],
        [Answer(503, ""), Answer(502, ""), Answer(504, "")],
    ],
)
def test_it_tries_again_where_slack_reported_that_it_did_not_take_the_message(
    slack: WebhookReceiver, answers: list[Answer]
) -> None:
    slack.answers.extend(answers)
    post()
    assert len(slack.messages) == 1 and slack.tries == len(answers) + 1


def test_it_waits_as_long_as_slack_asks(slack: WebhookReceiver) -> None:
    slack.answers.append(Answer(429, "rate_limited", retry_after=1))
    before = time.monotonic()
    post()
    assert time.monotonic() - before >= 1.0 and len(slack.messages) == 1


def test_after_four_tries_it_gives_up(slack: WebhookReceiver) -> None:
    refused_with = refusal(slack, *[Answer(500, "server_error")] * 9)
    assert refused_with.startswith(
        "Slack did not take the message (500 server_error). It has a problem"
    )
    assert (slack.tries, slack.messages) == (4, [])
    slack.tries, slack.answers[:] = 0, []
    refused_with = refusal(slack, *[Answer(429, "rate_limited")] * 9)
    assert "(429 rate_limited). Too many messages" in refused_with and slack.tries == 4


def test_a_webhook_that_is_gone_is_not_asked_again_and_the_remedy_is_reported(
    slack: WebhookReceiver,
) -> None:
    refused_with = refusal(slack, Answer(404, "no_service"))
    assert refused_with == (
        "Slack did not take the message (404 no_service). The webhook was removed, or its channel "
        "archived: make a new one in your Slack app and put its address behind 'env:SLACK_WEBHOOK'."
    )
    assert slack.tries == 1


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Answer(400, "invalid_payload"), "(400 invalid_payload). Check that 'env:SLACK_WEBHOOK'"),
        (Answer(400, f"you sent {SECRET_PATH}"), "(400). Check that"),
        (Answer(200, "<html>Log in to the hotel</html>"), "(200). Check that"),
        (Answer(302, "", location="http://127.0.0.1:9/"), "cannot be reached (ConnectionRefused"),
    ],
)
def test_any_other_answer_is_a_refusal_and_never_repeated_when_it_is_not_slacks_own(
    slack: WebhookReceiver, answer: Answer, says: str
) -> None:
    assert says in refusal(slack, answer)
    assert slack.tries == 1


def test_one_that_never_answers_is_not_asked_again_as_it_may_have_posted(
    slack: WebhookReceiver,
) -> None:
    refused_with = refusal(slack, Answer(0, "", silent=True))
    assert refused_with.startswith(
        "Slack did not answer within 0.3 seconds, and may or may not have posted"
    )
    assert slack.tries == 1


def test_one_that_is_not_there_cannot_be_reached(
    slack: WebhookReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    with WebhookReceiver() as gone:
        address = gone.url
    monkeypatch.setenv("SLACK_WEBHOOK", address)
    refused_with = refusal(slack)
    assert (
        refused_with.startswith("Slack cannot be reached (ConnectionRefusedError).")
        and address not in refused_with
    )


@pytest.mark.parametrize("address", ["hooks.slack.com/x", "https://", "ftp://a/b", "s3cr3t"])
def test_what_is_no_address_is_a_mistake_in_the_settings_and_not_repeated(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_WEBHOOK", address)
    with pytest.raises(SettingsError) as caught:
        post()
    refused_with = str(caught.value)
    assert refused_with.startswith(
        "[outbox.slack] webhook: what 'env:SLACK_WEBHOOK' refers to is no addr"
    )
    assert address not in refused_with.replace("https://hooks.slack.com/services/…", "")


def test_names_come_out_as_text() -> None:
    """Each stands in a plain_text or a text element, whole and unchanged; only ``text``, which
    Slack parses, is escaped."""
    for name in AWKWARD:
        figure = Figure(name, {}, name)
        row = (Cell(name, "bad"), Cell(name))
        blocks: tuple[Block, ...] = (
            Heading(name),
            Paragraph(name, "good"),
            Bullets((name,)),
            Table(("KPI", name), (row,)),
            figure,
        )
        message = payload(Document(name, name, blocks))
        found = texts(message["blocks"])
        for refused_with in (name, f"{name} ", f"{name} {name}", f"{name}: "):
            assert refused_with in found
        assert kinds(message["blocks"]) <= {
            *("header", "context", "plain_text", "rich_text", "rich_text_section"),
            *("rich_text_list", "text", "emoji"),
        }
        assert "mrkdwn" not in json.dumps(message["blocks"]) and message["mrkdwn"] is False
        assert not set("<>") & set(message["text"])
        assert unescape(message["text"]) == f"{name} ({name})"
    escaped = payload(Document("<!channel> & <@U1>", "x", ()))["text"]
    assert escaped == "&lt;!channel&gt; &amp; &lt;@U1&gt; (x)"


def test_a_name_with_a_line_break_stays_on_its_line() -> None:
    message = payload(Document("a\nb", "c\u2028d", (Bullets(("e\r\nf\tg",)),)))
    assert texts(message["blocks"]) == ["a b", "c d", "e f g"]


def test_a_table_is_a_line_per_row_with_a_dot_for_its_worst_tone() -> None:
    row = (Cell("MQLs"), Cell("9", "good"), Cell(""), Cell("At risk 88%", "warning"))
    message = payload(Document("t", "s", (Table(("KPI", "So far", "Due", "Status"), (row,)),)))
    (listed,) = message["blocks"][2]["elements"]
    (section,) = listed["elements"]
    assert section["elements"][0] == {"type": "emoji", "name": "large_yellow_circle"}
    assert section["elements"][2]["style"] == {"bold": True}
    assert texts(section)[1:] == ["MQLs ", "So far 9 · Status At risk 88%"]


def test_slacks_limits_are_kept() -> None:
    """100 paragraphs of 4,000 characters, bullets of 2,000 each, a title of 300 emoji (two units
    each)."""
    huge = "x" * 4000
    blocks: list[Block] = [Bullets(("🎉" * 1000,) * 30), *[Paragraph(huge)] * 100]
    message = payload(Document("🎉" * 300, huge, tuple(blocks), "https://a.example"))
    assert len(message["blocks"]) <= MAX_BLOCKS
    assert units(message["blocks"][0]["text"]["text"]) <= MAX_HEADER
    found = texts(message["blocks"])
    assert all(0 < units(text) <= MAX_TEXT for text in found)
    assert sum(map(units, found)) < 14_000
    assert "longer than Slack takes" in found[-2] and found[-1] == "Open the dashboard"


def test_many_small_blocks_are_cut_at_fifty_with_the_link_last() -> None:
    message = payload(Document("t", "s", (Paragraph("p"),) * 60, "https://a.example"))
    assert len(message["blocks"]) == MAX_BLOCKS
    assert texts(message["blocks"])[-1] == "Open the dashboard"
    exactly = payload(Document("t", "s", (Paragraph("p"),) * 46, "https://a.example"))
    assert "longer than Slack" not in json.dumps(exactly)


def test_a_message_of_thirty_alerts_is_reported_whole() -> None:
    alerts = tuple(f"Alert {n}: {'words ' * 25}" for n in range(30))
    found = texts(payload(Document("30 alerts", "s", (Bullets(alerts),)))["blocks"])
    assert len([text for text in found if text.startswith("Alert ")]) == 30


def test_no_text_is_empty() -> None:
    """Slack refuses a message with an empty text."""
    blocks = (Paragraph(""), Bullets((" ",)), Table(("a", "b"), ((Cell(""), Cell("")),)))
    found = texts(payload(Document("", "", blocks))["blocks"])
    assert found and all(found)


def test_what_is_cut_ends_in_an_ellipsis_and_splits_no_letter() -> None:
    """Each party popper is two UTF-16 units: four units hold one, and the ellipsis."""
    assert cut("🎉🎉🎉", 4) == "🎉…" and cut("🎉🎉", 4) == "🎉🎉"
    assert cut("abcdef", 5) == "abcd…" and cut("abcde", 5) == "abcde"


def settings(outbox: dict[str, Any]) -> Settings:
    return Settings.model_validate({"outbox": outbox})


EMAIL = {"host": "localhost", "sender": "a@example.com", "recipients": ["b@example.com"]}
BOTH = settings({"slack": {"webhook": "env:SLACK_WEBHOOK"}, "email": EMAIL})


def test_channels_are_all_configured_ones_or_those_asked_for() -> None:
    assert channels(BOTH) == CHANNELS
    assert channels(BOTH, ["email"]) == ("email",)
    assert channels(settings({"email": EMAIL})) == ("email",)


def test_without_a_channel_the_remedy_is_reported() -> None:
    with pytest.raises(
        SettingsError, match=r"name no slack nor email .* \[outbox.slack\] .* --dry"
    ):
        channels(Settings())
    with pytest.raises(SettingsError, match=r"name no slack to send to. Add \[outbox.slack\]"):
        channels(settings({"email": EMAIL}), ["slack"])
    assert channels(Settings(), or_none=True) == ()
    assert channels(settings({"email": EMAIL}), ["slack"], or_none=True) == ()


def test_every_channel_is_served_whatever_becomes_of_the_others(slack: WebhookReceiver) -> None:
    slack.answers.append(Answer(404, "no_service"))
    reported: list[str] = []

    def tell(channel: str) -> str | None:
        if channel == "slack":
            return send(channel, DOCUMENT, BOTH, NOW)
        reported.append(channel)
        return "The mail was sent, but not to all."

    failures = each(CHANNELS, tell)
    assert reported == ["email"] and [type(failure) for failure in failures] == [OutboxError] * 2
    assert "404" in str(failures[0]) and str(failures[1]) == "The mail was sent, but not to all."


def texts(part: Any) -> list[str]:
    """Every text within a part of a message, in order."""
    if isinstance(part, list):
        return [text for one in part for text in texts(one)]
    if not isinstance(part, dict):
        return []
    own = [part["text"]] if isinstance(part.get("text"), str) else []
    return own + [text for key in ("text", "elements") for text in texts(part.get(key))]


def kinds(part: Any) -> set[str]:
    """Every type of element within a part of a message."""
    if isinstance(part, list):
        return {kind for one in part for kind in kinds(one)}
    if not isinstance(part, dict):
        return set()
    inner = {kind for value in part.values() for kind in kinds(value)}
    return inner | ({part["type"]} if "type" in part else set())


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
