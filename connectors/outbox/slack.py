"""Messages to Slack by an incoming webhook; names of users' stand in them as text, never as markup.

Text goes into elements that Slack does not parse: plain_text without emoji, and the text elements
of rich_text. Only the short ``text`` that notifications show is parsed, and escaped for that.
"""

import re
from collections.abc import Iterable, Iterator
from http.client import HTTPException
from logging import CRITICAL, Logger
from pathlib import Path
from typing import Any

from slack_sdk.webhook import WebhookClient, WebhookResponse
from tenacity import RetryCallState, Retrying, retry_if_result, stop_after_attempt

from connectors.settings.outbox import Slack
from connectors.settings.secrets import secret
from kpis.document import (
    Block,
    Bullets,
    Cell,
    Document,
    Figure,
    Heading,
    Paragraph,
    Table,
    Tone,
    printable,
)
from kpis.errors import OutboxError, SettingsError

MAX_BLOCKS, MAX_HEADER, MAX_TEXT = 50, 150, 3000
"""Slack's limits: blocks of a message, characters of a header and of any other text."""
MAX_CHARACTERS = 10_000
"""Of all blocks together; Slack refuses what is much longer."""
LINES, MAX_LINE = 10, 500
"""Our own: lines of one list, and characters of a line."""
CUT = "The message is longer than Slack takes. The rest is in the dashboard."

_EMOJI: dict[Tone, str] = {
    "good": "large_green_circle",
    "warning": "large_yellow_circle",
    "bad": "red_circle",
}
_WORST: tuple[Tone, ...] = ("bad", "warning", "good")
_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})

TRIES, AGAIN = 4, (429, 500, 502, 503, 504)
"""Only where Slack answered that it did not take the message: after silence it may have, and would
show it twice."""
PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds before the second try, doubled for each further one; at most as long as Slack may ask."""
TIMEOUT = 30
"""Seconds to connect, and to wait for an answer."""

_QUIET = Logger("slack", CRITICAL + 1)
"""What the client logs has the webhook's address in it."""

Element = dict[str, Any]


def send(
    document: Document, slack: Slack, folder: Path, pause: float = PAUSE, timeout: float = TIMEOUT
) -> None:
    """Send ``document`` to the channel of the webhook.

    folder: of the settings, for secrets. Raises OutboxError when Slack did not take it, and
    SettingsError without a usable webhook; neither holds its address, which is a secret.
    """
    where = "[outbox.slack] webhook"
    address = secret(slack.webhook, folder, where)
    if not isinstance(address, str) or not re.match(r"https?://[^\s/]", address.strip()):
        raise SettingsError(
            f"{where}: what '{slack.webhook}' refers to is no address such as "
            "https://hooks.slack.com/services/…. Copy the webhook's address from your Slack app."
        )
    client = WebhookClient(
        address.strip(),
        timeout=timeout,  # type: ignore[arg-type]  # it is handed to urllib, which takes a part
        retry_handlers=[],
        logger=_QUIET,
    )
    try:
        answer = _tries(pause)(client.send_dict, payload(document))
    except TimeoutError:
        raise OutboxError(
            f"Slack did not answer within {timeout:g} seconds, and may or may not have posted the "
            "message. Look into the channel, and try again later."
        ) from None
    except (OSError, HTTPException, ValueError) as error:  # ValueError: an address that is none
        reason = getattr(error, "reason", error)  # urllib wraps what happened
        raise OutboxError(
            f"Slack cannot be reached ({type(reason).__name__}). Check this machine's connection "
            f"and proxy, and the address behind '{slack.webhook}'."
        ) from None
    if answer.status_code != 200 or answer.body.strip() != "ok":
        raise OutboxError(_refusal(answer, slack))


def _tries(pause: float) -> Retrying:
    """Four tries; after the last one, Slack's answer to it."""

    def seconds(state: RetryCallState) -> float:
        asked = _answer(state).headers.get("Retry-After", "")
        wanted = float(asked) if asked.isdigit() else pause * 2 ** (state.attempt_number - 1)
        return min(wanted, LONGEST_PAUSE)

    return Retrying(
        retry=retry_if_result(lambda answer: answer.status_code in AGAIN),
        stop=stop_after_attempt(TRIES),
        wait=seconds,
        retry_error_callback=_answer,
    )


def _answer(state: RetryCallState) -> WebhookResponse:
    assert state.outcome is not None
    answer: WebhookResponse = state.outcome.result()
    return answer


def _refusal(answer: WebhookResponse, slack: Slack) -> str:
    """Slack's answer in words; only a code of its own is repeated, never what it was sent."""
    code = answer.body.strip()
    text = f"{answer.status_code} {code}" if re.fullmatch("[a-z_]{1,60}", code) else ""
    refused = f"Slack did not take the message ({text or answer.status_code})."
    match answer.status_code:
        case 403 | 404 | 410:
            remedy = "The webhook was removed, or its channel archived: make a new one in your "
            return f"{refused} {remedy}Slack app and put its address behind '{slack.webhook}'."
        case 429:
            return f"{refused} Too many messages were sent to it. Try again later."
        case status if status >= 500:
            return f"{refused} It has a problem of its own. Try again later."
        case _:
            return f"{refused} Check that '{slack.webhook}' refers to an incoming webhook of Slack."


def payload(document: Document) -> dict[str, Any]:
    """The message as Slack takes it: its blocks, and ``text`` for notifications."""
    fallback = cut(f"{document.title} ({document.subtitle})", MAX_TEXT // 5)
    return {
        "text": fallback.translate(_ESCAPED),
        "mrkdwn": False,
        "blocks": _within_limits(document),
        "unfurl_links": False,
        "unfurl_media": False,
    }


def cut(text: str, limit: int) -> str:
    """``text`` on one line, at most ``limit`` UTF-16 units long; what is cut ends in an ellipsis.

    Slack counts as JavaScript does: most emoji are two.
    """
    line = " ".join(printable(text).split())
    if _units(line) <= limit:
        return line
    return line.encode("utf-16-le")[: 2 * (limit - 1)].decode("utf-16-le", errors="ignore") + "…"


def _within_limits(document: Document) -> list[Element]:
    """The blocks, as many as Slack takes: header, line beneath it, content, link."""
    head: list[Element] = [
        {"type": "header", "text": _plain(document.title, MAX_HEADER)},
        {"type": "context", "elements": [_plain(document.subtitle, MAX_TEXT)]},
    ]
    link: Element = {"type": "link", "url": document.link, "text": "Open the dashboard"}
    tail = [_rich([_section([link])])] if document.link else []
    room = MAX_CHARACTERS
    blocks: list[Element] = []
    for part in _parts(document.blocks):
        room -= _characters(part)
        if room < 0 or len(head) + len(blocks) + len(tail) + 1 >= MAX_BLOCKS:
            blocks.append(_rich([_section([_text(CUT)])]))
            break
        blocks.append(_rich([part]))
    return [*head, *blocks, *tail]


def _parts(blocks: Iterable[Block]) -> Iterator[Element]:
    """The parts of rich_text that show the blocks of a document."""
    for block in blocks:
        match block:
            case Heading(text=text):
                yield _section([_text(text, bold=True)])
            case Paragraph(text=text, tone=tone):
                yield _section([*_mark([tone]), _text(text)])
            case Bullets(items=items):
                yield from _lists([[_text(item, MAX_LINE)] for item in items])
            case Table():
                yield from _lists([_row(block.columns, row) for row in block.rows])
            case Figure(title=title, alt=alt):
                yield _section([_text(f"{title}: ", bold=True), _text(alt)])


def _row(columns: tuple[str, ...], cells: tuple[Cell, ...]) -> list[Element]:
    """A row as a line of a list: phones wrap it, where they would break a drawn table."""
    first, *others = cells
    text = [
        f"{column} {cell.text}"
        for column, cell in zip(columns[1:], others, strict=True)
        if cell.text.strip()
    ]
    mark = _mark([cell.tone for cell in cells])
    return [*mark, _text(f"{first.text} ", MAX_LINE, bold=True), _text(" · ".join(text), MAX_LINE)]


def _mark(tones: list[Tone | None]) -> list[Element]:
    """A coloured dot for the worst tone; the words beside it say the same."""
    worst = next((tone for tone in _WORST if tone in tones), None)
    return [{"type": "emoji", "name": _EMOJI[worst]}, _text(" ")] if worst else []


def _plain(text: str, limit: int) -> Element:
    return {"type": "plain_text", "text": cut(text, limit) or "–", "emoji": False}


def _text(text: str, limit: int = MAX_TEXT, bold: bool = False) -> Element:
    """A text element; Slack takes none that is empty. A blank at its end is kept."""
    line = cut(text, limit - 1) + (" " if text.endswith(" ") else "")
    element: Element = {"type": "text", "text": line or " "}
    return element | ({"style": {"bold": True}} if bold else {})


def _section(elements: list[Element]) -> Element:
    return {"type": "rich_text_section", "elements": elements}


def _lists(lines: list[list[Element]]) -> Iterator[Element]:
    """Lists of a few lines each, so that a long one is cut within it and not left out."""
    for start in range(0, len(lines), LINES):
        sections = [_section(elements) for elements in lines[start : start + LINES]]
        yield {"type": "rich_text_list", "style": "bullet", "elements": sections}


def _rich(parts: list[Element]) -> Element:
    return {"type": "rich_text", "elements": parts}


def _characters(part: Element) -> int:
    """How much text a part holds, in UTF-16 units."""
    inner = sum(_characters(element) for element in part.get("elements", ()))
    return _units(part.get("text", "")) + inner


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
