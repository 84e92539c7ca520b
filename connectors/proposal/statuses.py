"""What the values of a status mean: by what they say, and by whether their deals are closed."""

import re
from collections.abc import Mapping

from connectors.mapping.header_words import header_words
from connectors.proposal.parts import Statuses
from connectors.survey.found import FoundTable

MOST_VALUES = 60
"""A column with more values than that is no status."""
_WORDS = {
    "won": "won|closedwon|gewonnen|sold|verkauft|beauftragt|auftrag erteilt|gagné|ganado|signed",
    "lost": "lost|closedlost|verloren|declined|rejected|abgelehnt|abgesagt|absage|perdu|perdido"
    "|no sale|cancelled|canceled|storniert|withdrawn|disqualified|dead",
    "open": "open|offen|new|neu|in progress|in bearbeitung|prospecting|engaging|qualification"
    "|qualified|proposal|negotiation|negotiating|demo|discovery|pending|active|aktiv|angebot"
    "|verhandlung|erstgespräch|contract sent|presentation|presentation scheduled"
    "|appointment scheduled|decision maker bought in|qualified to buy"
    "|appointmentscheduled|qualifiedtobuy|presentationscheduled"
    "|decisionmakerboughtin|contractsent|laufend|needs analysis|value proposition"
    "|proposal price quote|negotiation review|id decision makers|perception analysis"
    "|angebot versendet|angebot erstellt|in verhandlung|qualifiziert|qualifizierung",
}
_WHOLE = {meaning: re.compile(rf"(?:{words})") for meaning, words in _WORDS.items()}
_PART = {
    "won": re.compile(r"\b(?:won|gewonnen|closedwon)\b"),
    "lost": re.compile(r"\b(?:lost|verloren|closedlost)\b"),
}
_NOT = re.compile(r"\b(?:not|no|un|nicht|kein|keine|almost|fast|re)\b")


def statuses_of(found: FoundTable, column: str, closed: str = "") -> Statuses | None:
    """Return what the values of a column of deals mean; None where it is no status.

    closed: the column of closing dates, "" for none. A value that no word explains is open where
    none of its rows has a closing date and those of won deals have one; else it is unknown.
    """
    counts = dict(found.profile_of(column).values)
    if not counts or len(counts) > MOST_VALUES:
        return None
    meanings = {value: meant for value in counts if (meant := _meaning(value))}
    if "won" not in meanings.values():
        return None
    by_rows = tuple(
        value
        for value in counts
        if value not in meanings and _never_closed(found, column, closed, value, meanings)
    )
    return Statuses(meanings | dict.fromkeys(by_rows, "open"), counts, by_rows)


def _meaning(value: str) -> str:
    """What a value says: won, lost or open; "" where it says neither, or two of them."""
    words = header_words(value)
    whole = [meaning for meaning, pattern in _WHOLE.items() if pattern.fullmatch(words)]
    if whole:
        return whole[0]
    if _NOT.search(words):
        return ""
    part = [meaning for meaning, pattern in _PART.items() if pattern.search(words)]
    return part[0] if len(part) == 1 else ""


def _never_closed(
    found: FoundTable, column: str, closed: str, value: str, meanings: Mapping[str, str]
) -> bool:
    """Whether no row of a value has a closing date, and rows that are won have one."""
    if not closed or found.raw is None:
        return False
    status, is_closed = found.cells_of(column), found.cells_of(closed) != ""
    won = [text for text, meaning in meanings.items() if meaning == "won"]
    of_won = is_closed[status.isin(won)]
    return bool(len(of_won)) and bool(of_won.mean() > 0.9) and not is_closed[status == value].any()


def status_reason(statuses: Statuses) -> str:
    """Return the rows of each meaning in words: ``won 4,238, lost 2,473, open 2,089``."""
    of: dict[str, int] = {}
    for value, count in statuses.counts.items():
        meaning = statuses.meanings.get(value, "unknown")
        of[meaning] = of.get(meaning, 0) + count
    order = ("won", "lost", "open", "unknown")
    return ", ".join(f"{meaning} {of[meaning]:,}" for meaning in order if meaning in of)
