"""What changed, in a sentence that people can say in the meeting."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from kpis.change.drivers import SHARED_COSTS, Drivers
from kpis.display import shown
from kpis.model import NONE

_AGAINST_FROM = 0.5
"""A group against the change is named from this share of the change on."""
_HALVED, _DOUBLED = (0.48, 0.52), (1.9, 2.1)


def sentence(drivers: Drivers, labels: Mapping[str, str]) -> str:
    """Return what changed and because of which group, as plain text.

    labels: names of groups for people, where they differ from the group's id; names are put in
    as they are. Such as: "Lead conversion rate fell 1.8 points; 1.3 of them from Spring Webinar,
    whose own rate halved." Rose and fell say the direction only, not whether it is for the better.
    A second sentence says what would have happened at unchanged shares, where that is the opposite.
    """
    label, change, frame = drivers.kpi.label, drivers.change, drivers.frame
    if math.isnan(change):
        return f"{label} cannot be compared: {drivers.reason}."
    moved = f"{label} {'rose' if change > 0 else 'fell'} {_size(drivers, change)}"
    if not _shows(drivers, change):
        moved = f"{label} did not change"
    if drivers.reason:
        return f"{moved}. It cannot be split by {drivers.by}: {drivers.reason}."
    visible = [row for row in _rows(frame) if _shows(drivers, row["total"])]
    up, down = ([row for row in visible if sign * row["total"] > 0] for sign in (1, -1))
    if not _shows(drivers, change):
        if not up or not down:
            return f"{moved}."
        above, below = (_signed_from(drivers, rows[0], labels) for rows in (up, down))
        return f"{moved}: {above} and {below} offset each other."
    along, against = (up, down) if change > 0 else (down, up)
    if not along:
        return f"{moved}, spread thinly over {len(frame)} groups."
    main, counter = along[0], against[0] if against else None
    if counter and abs(counter["total"]) >= _AGAINST_FROM * abs(change):
        amount = f": {_signed_from(drivers, main, labels)}{_why(drivers, main)}"
        amount += f", against {_signed_from(drivers, counter, labels)}"
    else:
        amount = _main_part(drivers, main, labels)
    return f"{moved}{amount}.{_at_unchanged_shares(drivers)}"


def _main_part(drivers: Drivers, row: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    """Which group contributed most in the direction of the change, how much of it, and why."""
    name = _name(drivers, row, labels)
    if len(drivers.frame) == 1:
        return f", all of it from {name}"
    part, whole = _size(drivers, row["total"]), _size(drivers, drivers.change)
    if part == whole:
        amount = f", all of it from {name}"
    elif abs(row["total"]) > abs(drivers.change):
        amount = f"; {_signed_from(drivers, row, labels)} alone"
    else:
        them = "it" if drivers.unit == "money" else "them"
        amount = f"; {part.removesuffix(' points').removesuffix(' days')} of {them} from {name}"
    return amount + _why(drivers, row)


def _why(drivers: Drivers, row: Mapping[str, Any]) -> str:
    """The group's own KPI or its share, whichever did more; empty for counts."""
    if math.isnan(row["rate"]):
        return ""
    if abs(row["mix"]) > abs(row["rate"]):
        return _share_moved(drivers, row["share_before"], row["share_now"])
    before, now = row["before"], row["now"]
    if math.isnan(before) or math.isnan(now) or (now - before) * row["rate"] <= 0:
        return ""
    short = drivers.kpi.short
    own = short if short.isupper() else short[0].lower() + short[1:]
    return (
        f", whose own {'rate' if drivers.unit == 'share' else own} {_moved(drivers, before, now)}"
    )


def _moved(drivers: Drivers, before: float, now: float) -> str:
    factor = now / before if before > 0 else math.nan
    if _HALVED[0] <= factor <= _HALVED[1]:
        return "halved"
    if _DOUBLED[0] <= factor <= _DOUBLED[1]:
        return "doubled"
    earlier, later = (shown(drivers.kpi, value, drivers.currency) for value in (before, now))
    return f"{'rose' if now > before else 'fell'} from {earlier} to {later}"


def _share_moved(drivers: Drivers, before: float, now: float) -> str:
    share = replace(drivers.kpi, unit="share")
    earlier, later = (shown(share, value, drivers.currency) for value in (before, now))
    whole = f" of the {drivers.per}" if drivers.per else ""
    if earlier == later:
        return ""
    return f", whose share{whole} {'grew' if now > before else 'shrank'} from {earlier} to {later}"


def _at_unchanged_shares(drivers: Drivers) -> str:
    """What the groups' own KPIs alone would have done, where it is the opposite (Simpson)."""
    rate = drivers.frame["rate"].sum()
    if rate * drivers.change >= 0 or not _shows(drivers, rate):
        return ""
    whole = f" of the {drivers.per}" if drivers.per else ""
    verb = "risen" if rate > 0 else "fallen"
    return f" At unchanged shares{whole} it would have {verb} {_size(drivers, rate)}."


def _signed_from(drivers: Drivers, row: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    sign = "+" if row["total"] > 0 else "−"
    return f"{sign}{_size(drivers, row['total'])} from {_name(drivers, row, labels)}"


def _name(drivers: Drivers, row: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    own = {NONE: f"No {drivers.by}", SHARED_COSTS: "shared costs"}
    group = str(row["group"])
    return labels.get(group) or own.get(group, group)


def _size(drivers: Drivers, amount: float) -> str:
    """The amount without its sign; a difference of percentages is in points."""
    text = shown(drivers.kpi, abs(amount), drivers.currency)
    return text.replace("%", " points")


def _shows(drivers: Drivers, amount: float) -> bool:
    """Whether the amount is anything at the precision shown."""
    return _size(drivers, amount) != _size(drivers, 0.0)


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]
