"""What the values of a status mean: by what they say, and by whether their deals are closed."""

import re
from collections.abc import Mapping

from connectors.mapping.header_words import header_words
from connectors.proposal.parts import Statuses
from connectors.survey.found import FoundTable

MOST_VALUES = 60
"""A column with more values than that is no status."""
_CLEAR_WON = (
    "won|closed won|closedwon|deal won|won deal|gewonnen|abgeschlossen gewonnen|vinto|vinta"
    "|chiuso vinto|chiusa vinta|ganado|ganada|cerrado ganado|cerrada ganada|gagné|gagnée"
    "|fermé gagné|fermée gagnée|gesloten gewonnen|ganho|ganha|fechado ganho|fechada ganha"
)
_WORDS = {
    "won": f"{_CLEAR_WON}|sold|verkauft|beauftragt|auftrag erteilt|signed",
    "lost": "lost|closed lost|closedlost|deal lost|lost deal|verloren|abgeschlossen verloren"
    "|perso|persa|chiuso perso|chiusa persa|perdido|perdida|cerrado perdido|cerrada perdida"
    "|perdu|perdue|fermé perdu|fermée perdue|gesloten verloren|fechado perdido|fechada perdida"
    "|declined|rejected|abgelehnt|abgesagt|absage|no sale|cancelled|canceled|storniert"
    "|withdrawn|disqualified|dead",
    "open": "open|offen|new|neu|in progress|in bearbeitung|prospecting|engaging|qualification"
    "|qualified|proposal|negotiation|negotiating|demo|discovery|pending|active|aktiv|angebot"
    "|verhandlung|erstgespräch|contract sent|presentation|presentation scheduled"
    "|appointment scheduled|decision maker bought in|qualified to buy"
    "|appointmentscheduled|qualifiedtobuy|presentationscheduled"
    "|decisionmakerboughtin|contractsent|laufend|needs analysis|value proposition"
    "|proposal price quote|negotiation review|id decision makers|perception analysis"
    "|angebot versendet|angebot erstellt|in verhandlung|qualifiziert|qualifizierung"
    "|aperto|aperta|in corso|trattativa|in trattativa|abierto|abierta|en curso|en proceso"
    "|ouvert|ouverte|en cours|lopend|in behandeling|aberto|aberta|em andamento",
}
_WHOLE = {meaning: re.compile(rf"(?:{words})") for meaning, words in _WORDS.items()}
_CLEAR = re.compile(_CLEAR_WON)
_SAYS_CLOSED = re.compile(r"\b(?:closed|won|lost|gewonnen|verloren)\b")
"""Words of a phrase that, with more words beside them, may say anything but open."""


def statuses_of(
    found: FoundTable, column: str, closed: str = "", is_named: bool = True
) -> Statuses | None:
    """Return what the values of a column of deals mean; None where it is no status.

    closed: the column of closing dates, "" for none. A value that no word explains is open where
    none of its rows has a closing date and those of won deals have one; else it is unknown.
    is_named: a name says that it is the status. Where none does, a value must say clearly that a
    deal is won: ``Signed`` and ``Sold`` may be said of a contract or a house.
    """
    counts = dict(found.profile_of(column).values)
    if not counts or len(counts) > MOST_VALUES:
        return None
    meanings = {value: meant for value in counts if (meant := _meaning(value))}
    if "won" not in meanings.values():
        return None
    if not is_named and not any(_CLEAR.fullmatch(header_words(value)) for value in counts):
        return None
    by_rows = tuple(
        value
        for value in counts
        if value not in meanings and _never_closed(found, column, closed, value, meanings)
    )
    return Statuses(meanings | dict.fromkeys(by_rows, "open"), counts, by_rows)


def _meaning(value: str) -> str:
    """What a value says as a whole: won, lost or open; "" where it says none of them.

    With other words beside it, ``won`` says nothing: ``Won by competitor``, ``Never won``.
    """
    words = header_words(value)
    found = (meaning for meaning, pattern in _WHOLE.items() if pattern.fullmatch(words))
    return next(found, "")


def _never_closed(
    found: FoundTable, column: str, closed: str, value: str, meanings: Mapping[str, str]
) -> bool:
    """Whether no row of a value has a closing date, and rows that are won have one."""
    if not closed or found.raw is None or _SAYS_CLOSED.search(header_words(value)):
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
