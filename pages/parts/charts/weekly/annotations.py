"""Annotations on a chart: numbered at their weeks and months, with their texts beneath."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from kpis.display import short_day
from kpis.records import Annotation
from pages.parts.charts.theme import Colours, inline
from pages.parts.charts.weekly.places import Sheet

TEXTS_SHOWN = 6
"""Annotations whose text has room beneath the chart: the latest ones."""
BELOW, LINE = 38, 19
"""Pixels that the two lines of dates take, and a line of texts."""


def annotated(rows: pd.DataFrame, annotations: Sequence[Annotation]) -> pd.DataFrame:
    """Each annotation that falls into a week or month drawn, at each of its places.

    Columns: number (in the order of days), half, place, day, text (in one line).
    """
    found = []
    drawn = rows[["half", "place", "start", "end"]].to_dict("records")
    number = 0
    for note in sorted(annotations, key=lambda note: (note.day, note.id)):
        day = note.day.isoformat()
        places = [row for row in drawn if row["start"] <= day <= row["end"]]
        number += bool(places)
        text = " ".join(note.text.split())
        found += [
            {
                "number": number,
                "half": row["half"],
                "place": row["place"],
                "day": short_day(note.day),
                "text": text,
            }
            for row in places
        ]
    return pd.DataFrame(found, columns=["number", "half", "place", "day", "text"])


def markers(noted: pd.DataFrame) -> pd.DataFrame:
    """One marker per place: half, place, and the numbers there as text: ``1``, ``1–3``."""
    groups = noted.groupby(["half", "place"], sort=False)["number"].agg(["min", "max"])
    texts = [
        str(a) if a == b else f"{a}–{b}" for a, b in zip(groups["min"], groups["max"], strict=True)
    ]
    return groups.reset_index()[["half", "place"]].assign(shown=texts)


def draw_markers(sheet: Sheet, found: pd.DataFrame) -> list[alt.Chart]:
    """The numbers of annotations at the top of the picture, each with a line down to its period.

    found: as of :func:`markers`.
    """
    if found.empty:
        return []
    colours = sheet.colours
    base = alt.Chart(inline(found)).encode(x=sheet.x)
    line = base.mark_rule(strokeWidth=1, strokeDash=[2, 3], color=colours.quiet)
    return [
        line.encode(y=alt.YValue(19), y2=alt.Y2Value(sheet.plot)),
        _disc(base, colours, 260).encode(y=alt.YValue(10)),
        _number(base, colours).encode(y=alt.YValue(10), text=alt.Text("shown:N")),
    ]


def draw_annotation_texts(sheet: Sheet, defined: pd.DataFrame) -> list[alt.Chart]:
    """The annotations beneath the picture, two in a line."""
    layers = []
    top = sheet.plot + BELOW + 6
    for n, row in enumerate(defined.to_dict("records")):
        left = "0" if n % 2 == 0 else "width / 2"
        has_all = n % 2 == 0 and n == len(defined) - 1
        sentence = {"number": str(row["number"]), "text": f"{row['day']}: {row['text']}"}
        base = alt.Chart(alt.InlineData([sentence])).encode(y=alt.YValue(top + LINE * (n // 2)))
        at = alt.XValue(alt.ExprRef(f"{left} + 10"))
        text = base.mark_text(
            align="left",
            baseline="middle",
            fontSize=13,
            color=sheet.colours.ink,
            limit=alt.ExprRef("width - 28" if has_all else "width / 2 - 36"),
        )
        layers += [
            _disc(base, sheet.colours, 220).encode(x=at),
            _number(base, sheet.colours).encode(x=at, text=alt.Text("number:N")),
            text.encode(x=alt.XValue(alt.ExprRef(f"{left} + 24")), text=alt.Text("text:N")),
        ]
    return layers


def _disc(base: alt.Chart, colours: Colours, size: int) -> alt.Chart:
    style: dict[str, Any] = {"fill": colours.paper, "stroke": colours.ink, "strokeWidth": 1.25}
    disc: alt.Chart = base.mark_point(size=size, filled=True, opacity=1, **style)
    return disc


def _number(base: alt.Chart, colours: Colours) -> alt.Chart:
    style: dict[str, Any] = {"fontSize": 11, "fontWeight": "bold", "baseline": "middle"}
    number: alt.Chart = base.mark_text(color=colours.ink, **style)
    return number
