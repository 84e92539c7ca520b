"""Digest and alerts go out: to each channel, or as the text of what would be sent."""

from collections.abc import Callable, Sequence
from datetime import datetime

from connectors.documents.markdown import plain_text
from connectors.outbox.messages import Messages, line_states
from connectors.outbox.outbox import each, send
from connectors.outbox.sent_alerts import claimed, unsent
from kpis.document import Document
from kpis.errors import AllianceError
from kpis.signs.alerts import Reading

Say = Callable[[str], None]
"""Takes a line, or several, for the person who sends."""


def send_digest(
    messages: Messages, served: Sequence[str], now: datetime, say: Say, dry_run: bool = False
) -> list[AllianceError]:
    """Send the Monday summary to each channel; return what went wrong.

    dry_run: only say what would be sent.
    """
    document = messages.summary()
    if dry_run:
        say(plain_text(document).removesuffix("\n"))
        return []
    return each(served, lambda channel: _send(channel, document, messages, now, say))


def send_alerts(
    messages: Messages, served: Sequence[str], now: datetime, say: Say, dry_run: bool = False
) -> list[AllianceError]:
    """Send each channel what it was not sent yet, if anything, and record it; see send_digest."""
    found, failures = messages.readings()
    if dry_run:
        _preview(messages, found, served, now, say)
        return failures

    def serve(channel: str) -> str | None:
        day = messages.facts.as_of
        with claimed(messages.notebook, channel, line_states(found), day, now) as rules:
            if not rules:
                return None
            return _send(channel, messages.alerts(found, rules), messages, now, say)

    return failures + each(served, serve)


def _send(
    channel: str, document: Document, messages: Messages, now: datetime, say: Say
) -> str | None:
    text = send(channel, document, messages.settings, now)
    say(f"Sent to {channel}: {document.title}")
    return text


def _preview(
    messages: Messages, found: Sequence[Reading], served: Sequence[str], now: datetime, say: Say
) -> None:
    """Say what would be sent to each channel, and which rules could not be judged."""
    judged = line_states(found)
    rules = {channel: unsent(messages.notebook, channel, judged, now) for channel in served}
    if not served:
        rules["no channel yet"] = frozenset(each.rule for each in judged if each.is_crossed)
    for channel, chosen in rules.items():
        text = plain_text(messages.alerts(found, chosen)) if chosen else "Nothing new.\n"
        say(f"To {channel}: {text}".removesuffix("\n"))
    for reading in found:
        if reading.is_crossed is None:
            say(f"Not judged: {reading.rule.key}: {reading.reason}.")
