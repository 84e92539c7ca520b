"""A document as a PDF of A4 pages, set by Typst after the template document.typ.

Texts are handed over as data, in JSON, and never become part of the template.
"""

import unicodedata
from collections.abc import Iterator
from itertools import count
from typing import Any

from connectors.documents.chart_images import for_typst
from connectors.documents.fonts import drawable, typeset
from kpis.document import (
    Bullets,
    Document,
    Figure,
    Heading,
    Paragraph,
    Table,
    Words,
    side_by_side,
)

_SHORT = 16
_LONG = 40
"""In a table, a column of short texts (in letters) is as wide as they are; the others share the
rest by their longest text, of which no more than this counts."""


def pdf(document: Document) -> bytes:
    """The document as PDF 1.7, tagged, with the charts as vector graphics; no link is fetched.

    Set in Source Sans, and in Noto where that lacks a letter. The same document gives the same
    bytes on every machine.
    """
    numbers = count(1)
    data = {
        "title": _text(document.title),
        "subtitle": _text(document.subtitle),
        "link": document.link,
        "blocks": [_block(part, numbers) for part in side_by_side(document.blocks)],
    }
    return typeset("document.typ", data, "pdf")


def _block(part: Words | tuple[Figure, ...], numbers: Iterator[int]) -> dict[str, Any]:
    match part:
        case Heading(text, level):
            return {"kind": "heading", "text": _text(text), "level": level}
        case Paragraph(text, tone):
            return {"kind": "paragraph", "text": _text(text), "tone": tone}
        case Bullets(items):
            return {"kind": "bullets", "items": [_text(item) for item in items]}
        case Table():
            return {"kind": "table"} | _table(part)
        case tuple():
            return {"kind": "figures", "figures": [_figure(each, next(numbers)) for each in part]}


def _figure(figure: Figure, number: int) -> dict[str, Any]:
    chart = for_typst(figure.spec, f"chart-{number}", drawable(figure.alt))
    return {"title": _text(figure.title), "chart": chart, "wide": figure.is_wide}


def _table(table: Table) -> dict[str, Any]:
    cells = [[{"text": _text(cell.text), "tone": cell.tone} for cell in row] for row in table.rows]
    return {
        "columns": [_text(name) for name in table.columns],
        "rows": cells,
        "numbers": sorted(table.numbers),
        "widths": _widths(table),
    }


def _widths(table: Table) -> list[int | None]:
    """Of each column its share of the width; None: as wide as its texts are."""
    longest = [
        max(
            (len(text) for text in (*name.split(), *(row[x].text for row in table.rows))), default=0
        )
        for x, name in enumerate(table.columns)
    ]
    if max(longest, default=0) <= _SHORT:
        return [1, *(None for _ in longest[1:])]
    return [min(size, _LONG) if size > _SHORT else None for size in longest]


def _text(text: str) -> dict[str, Any]:
    """A text and whether its letters run from right to left, by the first that has a direction.

    Source: Unicode Standard Annex 9, rules P2 and P3.
    """
    shown = drawable(text)
    directions = (unicodedata.bidirectional(letter) for letter in shown)
    first = next((one for one in directions if one in ("L", "R", "AL")), "L")
    return {"text": shown, "rtl": first != "L"}
