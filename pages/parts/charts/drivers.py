"""What each group contributed to a KPI's change: bars to both sides, and the whole on top."""

from collections.abc import Iterator, Mapping
from math import isnan
from typing import Any

import altair as alt
import pandas as pd

from kpis.change.drivers import SHARED_COSTS, Drivers
from kpis.display import label_of, shown
from pages.parts.charts.axes import LETTER
from pages.parts.charts.theme import PADDING, Colours, Drawing, inline, layered

ROW_STEP = 29
NAME_WIDTH = 285
"""The most that a name takes, in pixels; of a longer one the end is only in the tooltip."""
WHOLE = "Total change"


def driver_chart(
    drivers: Drivers, labels: Mapping[str, str], colours: Colours, rows: int = 8
) -> Drawing:
    """Draw the largest contributions first, the rest summed as one bar of "n others".

    The bars of the groups add up to the one on top, which has the colour of text; theirs are those
    of better and worse. Names and values stand in columns of their own, so that neither ever lies
    on a bar.

    labels: group → its name. rows: at most so many groups, the others counted as one of them.
    """
    table = contributions(drivers, labels, rows)
    start = min(NAME_WIDTH, LETTER * max(table["name"].str.len()) + 14)
    order = alt.Scale(domain=table["row"].tolist(), paddingInner=0.3, paddingOuter=0.1)
    base = alt.Chart(inline(table)).encode(
        y=alt.Y("row:O", axis=None, scale=order),
        tooltip=[
            alt.Tooltip("name:N", title=drivers.by.capitalize()),
            alt.Tooltip("shown:N", title="Contribution"),
            alt.Tooltip("before:N", title="Own value before"),
            alt.Tooltip("now:N", title="Own value now"),
        ],
    )
    bars = base.mark_bar(cornerRadius=2).encode(x=_amounts(table, start), color=_effects(colours))
    zero = alt.Chart(alt.InlineData([{}])).mark_rule(color=colours.quiet)
    zero = zero.encode(x=alt.X("zero:Q", axis=None)).transform_calculate(zero="0")
    return layered(
        bars,
        zero,
        *_texts(base, start, colours),
        height=alt.Step(ROW_STEP),
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        padding=PADDING,
        description=f"{drivers.kpi.label}: change by {drivers.by}",
    )


def _effects(colours: Colours) -> alt.Color:
    """The colours of the bars: of better and worse; the whole has that of text."""
    scale = alt.Scale(
        domain=["whole", "better", "worse", "neither"],
        range=[colours.ink, colours.good, colours.bad, colours.quiet],
    )
    return alt.Color("effect:N", legend=None, scale=scale)


def _amounts(table: pd.DataFrame, start: float) -> alt.X:
    """The axis of the bars, between the names, which end at ``start``, and the values."""
    totals = table["total"]
    room = LETTER * max(table["shown"].str.len()) + 14
    reach = totals.abs().max() or 1.0
    domain = [min(totals.min(), -0.02 * reach), max(totals.max(), 0.02 * reach)]
    places: list[Any] = [start, alt.ExprRef(f"width - {room:g}")]
    return alt.X("total:Q", axis=None, scale=alt.Scale(domain=domain, nice=False, range=places))


def _texts(base: alt.Chart, start: float, colours: Colours) -> Iterator[alt.Chart]:
    """Names on the left and values on the right, those of the whole in bold."""
    for rows_of, weight in (("datum.row == 0", 600), ("datum.row > 0", 400)):
        texts = base.transform_filter(rows_of)
        style: dict[str, Any] = {"color": colours.ink, "fontSize": 13, "fontWeight": weight}
        names = texts.mark_text(align="left", limit=start - 8, **style)
        yield names.encode(x=alt.XValue(0), text=alt.Text("name:N"))
        values = texts.mark_text(align="right", **style)
        yield values.encode(x=alt.XValue("width"), text=alt.Text("shown:N"))


def contributions(drivers: Drivers, labels: Mapping[str, str], rows: int) -> pd.DataFrame:
    """The rows to draw: the whole, the largest groups, and what the others add up to.

    Columns: row (0 is the whole), name, total, shown (signed), before, now (as text), effect.
    """
    frame = drivers.frame
    few = len(frame) if len(frame) <= rows else rows - 1
    first, others = frame.head(few), frame.iloc[few:]
    found = [(WHOLE, drivers.change, drivers.before, drivers.now)]
    found += [
        (_name(str(row["group"]), drivers, labels), row["total"], row["before"], row["now"])
        for row in first.to_dict("records")
    ]
    if len(others):
        found.append(
            (f"{len(others)} others", float(others["total"].sum()), float("nan"), float("nan"))
        )
    table = pd.DataFrame(found, columns=["name", "total", "before", "now"])
    return table.assign(
        row=range(len(table)),
        shown=[signed(drivers, total) for total in table["total"]],
        effect=["whole", *(_effect(drivers, total) for total in table["total"].iloc[1:])],
        **{
            name: [shown(drivers.kpi, value, drivers.currency) for value in table[name]]
            for name in ("before", "now")
        },
    )


def signed(drivers: Drivers, amount: float) -> str:
    """A contribution with its sign: ``+12``, ``−€3,410``, ``+1.2 pts``; ``0`` for nothing to show.

    Credit of a campaign is seldom a whole lead: small contributions to counts have a decimal.
    """
    size = abs(amount)
    if isnan(amount):
        return shown(drivers.kpi, amount, drivers.currency)
    if drivers.unit == "count" and size < 10:
        text = f"{size:,.1f}".removesuffix(".0")
    else:
        text = shown(drivers.kpi, size, drivers.currency).replace("%", " pts")
    if not any(digit in text for digit in "123456789"):
        return text
    return f"{'+' if amount > 0 else '−'}{text}"


def _effect(drivers: Drivers, total: float) -> str:
    if total == 0:
        return "neither"
    return "better" if (total > 0) == (drivers.kpi.better == "up") else "worse"


def _name(group: str, drivers: Drivers, labels: Mapping[str, str]) -> str:
    if group == SHARED_COSTS:
        return "Shared costs"
    return " ".join((labels.get(group) or label_of(group, drivers.by)).split())
