"""Cells that are the label of a total: ``Grand Totals``, ``YTD``, ``Results from 2 ad sets``."""

import re

from connectors.mapping.cells import Cells, matching

_WORDS = (
    r"(?:(?:grand|sub|report|overall|running|account)[ -]?)?totals?",
    r"(?:gesamt|zwischen|end|teil)?summen?",
    r"gesamt|gesamtergebnis|teilergebnis|zwischenergebnis|insgesamt",
    r"(?:sous[- ])?totaux|sous[- ]total|total g[ée]n[ée]ral|total(?:e|i|es|en) ?(?:generale?)?",
    r"sub ?totale?s?|subtotaal|totaal|eindtotaal|totalsumma|delsumma|summa|suma(?: total)?",
    r"razem|łącznie|ogółem|celkem|celkom|součet|súčet|mezisoučet|medzisúčet|spolu",
    r"(?:mind|rész)?össze(?:sen|g)|ukupno|sveukupno|skupaj|toplam|(?:genel|ara) toplam",
    r"yhteensä|kaikki yhteensä|välisumma|i alt|sum|totalsum|kokku|iš viso|kopā|total geral|soma",
    r"(?:общий |промежуточный )?итог|итого|подытог|всего|усього|разом|підсумок|общо|всичко",
    r"totalt|sammanlagt|overall|всього|jumlah|tổng cộng|المجموع|الإجمالي|סה\"כ",
    r"(?:γενικό |μερικό )?σύνολο|合計|小計|総計|总计|合计|小计|總計|합계|소계|총계|총합계",
    r"[mqyw]td|(?:month|quarter|year|week)[ -]to[ -]date",
    r"(?:lfd\.?|laufende[rs]) (?:monat|quartal|jahr)",
    r"bis heute|kumuliert|aufgelaufen|cumul(?:é|ative|ativo)?(?: (?:annuel|mensuel|à ce jour))?",
    r"acumulado|narastająco",
    r"average|maximum|minimum|mittelwert|durchschnitt|moyenne|promedio|gemiddelde",
    r"(?:results? (?:from|of|for)|ergebnis(?:se)? (?:von|aus|für)|résultats? (?:de|pour)"
    r"|resultados? (?:de|para)|risultat[io] (?:di|da|per)|result(?:aten|aat) (?:van|uit|voor)"
    r"|resultat från|wyniki z) \d[\d.,]* (?:ad ?sets?|ads?|[ck]ampa\S*|(?:\S+ (?:d[ei] )?)?"
    r"(?:(?:werbe)?anzeigen\S*|publicités|an[uú]ncios|inserzioni|advertenties\S*|reklam|annonser))",
)
_WORD = f"(?:{'|'.join(_WORDS)})"
_BEHIND = (
    r"ergebnis|mittelwert|(?:sub)?totals?|average|summe|sum|result(?:at|ado)?|totaal|suma|somme"
)
_ENDS = rf"\S+.* (?:{_BEHIND})$"
"""As the subtotals of spreadsheets are called: ``Spring Ergebnis``, ``Spring Total``."""
_MARKS = r"[-*=_#–— ]*"
"""What some put around a total, to make it stand out: ``** Total **``."""
_BEGINS = rf"(?i)^(?:{_MARKS}{_WORD}(?:$|[^a-z])|{_ENDS})"
_WHOLE = re.compile(
    rf"{_MARKS}{_WORD}\s*(?:[:(\[=].*|[0-9 .,:-]*|{_MARKS})", re.IGNORECASE | re.DOTALL
)
_PLAIN_WORDS = "overall sum soma spolu razem разом skupaj kopā kokku всичко"
"""Words that campaigns are called by, too: together, everything, a unit of a company."""
_GROUP = (
    re.compile(rf"(.*\S)[ :–-]+(?:{_BEHIND})", re.IGNORECASE),
    re.compile(
        rf"{_WORD}(?:[ :–-]+(?:for|of|für|von|de|para|di|van))?[ :–-]+(\S.*)", re.IGNORECASE
    ),
)


def group_of(label: str) -> list[str]:
    """Return what the label of a subtotal may call its group: ``fair`` of ``fair Ergebnis``."""
    return [found[1] for way in _GROUP if (found := way.fullmatch(label))]


def is_word(label: str) -> bool:
    """Whether a whole label is a plain word, which is a total's only by what its row holds."""
    return label.casefold() in _PLAIN_WORDS.split()


def total_labels(cells: Cells) -> dict[int, bool]:
    """Return the positions of values that begin as the label of a total.

    With each whether all of it is one: ``Total: Account`` is, ``Total Recall`` need not be.
    """
    begin = matching(cells.texts, _BEGINS)
    return {at: _WHOLE.fullmatch(cells.values[at]) is not None for at in begin}
