"""The fields in which people write a record: empty ones of a new record, or filled."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Literal

import streamlit as st

from kpis.calendar import Unit, name_of, period_of
from kpis.catalogue import CATALOGUE
from kpis.records import Action, AgreedTarget, Annotation, Decision, Note, Record
from pages.parts.frame.data import settings
from pages.parts.frame.filters import campaign_labels
from pages.parts.frame.selection import Selection
from pages.parts.records.notebook import records_if_up
from pages.parts.records.texts import EVERY, period_text

DUE_IN = timedelta(days=7)
PER_CENT = ("share", "return")
"""Units that are kept as shares and written in per cent."""
Values = dict[str, Any]


def fields_of(
    kind: type[Record], chosen: Selection, seen: Record | None, key: str, kpi: str | None = None
) -> Values:
    """Draw the fields of a kind of record, filled with ``seen``, and return what stands in them.

    key: what the widgets' keys begin with. kpi: that of a new target, which its value needs.
    """
    return _FIELDS[kind](chosen, seen, key, kpi)


def _decision(chosen: Selection, seen: Record | None, key: str, kpi: str | None) -> Values:
    text = _text("What was decided", seen, "text", key)
    return {"text": text, **_about(chosen, seen, key)}


def _action(chosen: Selection, seen: Record | None, key: str, kpi: str | None) -> Values:
    what = _text("What to do", seen, "what", key)
    left, right = st.columns(2, gap="small")
    names = _owners(seen)
    owner = left.selectbox(
        "Owner",
        names,
        index=names.index(seen.owner) if isinstance(seen, Action) else None,
        placeholder="Anybody's name",
        accept_new_options=True,
        required=True,
        key=f"{key}-owner",
        persist_state=_kept(seen),
        on_change="ignore",
    )
    due = seen.due if isinstance(seen, Action) else chosen.as_of + DUE_IN
    day = _day(right, "Due", due, seen, chosen, f"{key}-due")
    return {"what": what, "owner": str(owner or "").strip(), "due": day} | _about(chosen, seen, key)


def _note(chosen: Selection, seen: Record | None, key: str, kpi: str | None) -> Values:
    return {"text": _text("What was said", seen, "text", key)}


def _annotation(chosen: Selection, seen: Record | None, key: str, kpi: str | None) -> Values:
    text = _text("What happened", seen, "text", key, "Shown on the charts, on its day.")
    left, right = st.columns(2, gap="small")
    day = seen.day if isinstance(seen, Annotation) else chosen.as_of
    happened = _day(left, "Day", day, seen, chosen, f"{key}-day")
    with right:
        campaign = _campaign(chosen, seen, key)
    return {"text": text, "day": happened, "campaign": campaign}


def _target(chosen: Selection, seen: Record | None, key: str, kpi: str | None) -> Values:
    """The fields of a target; of one that was agreed on, only its value is another one."""
    if isinstance(seen, AgreedTarget):
        return {"value": _value(seen.kpi, seen.value, chosen, key)}
    assert kpi is not None, "a new target is one of a KPI"
    left, right = st.columns(2, gap="small")
    periods = [*EVERY, *_periods(chosen)]
    period = left.selectbox(
        "Period",
        periods,
        format_func=_period_option,
        required=True,
        key=f"{key}-period",
        persist_state=_kept(seen),
        on_change="ignore",
    )
    with right:
        value = _value(kpi, None, chosen, key)
    campaign = _campaign(chosen, None, key)
    return {"kpi": kpi, "period": period, "value": value, "campaign": campaign}


_FIELDS: dict[type[Record], Callable[[Selection, Record | None, str, str | None], Values]] = {
    Decision: _decision,
    Action: _action,
    Note: _note,
    Annotation: _annotation,
    AgreedTarget: _target,
}


def _kept(seen: Record | None) -> Literal["session"] | None:
    """How long a field keeps what was typed while it is not drawn; in a dialog, not at all."""
    return "session" if seen is None else None


def _text(label: str, seen: Record | None, field: str, key: str, help: str | None = None) -> str:
    written = str(getattr(seen, field)) if seen else ""
    text = st.text_input(
        label,
        written,
        required=True,
        help=help,
        key=f"{key}-{field}",
        persist_state=_kept(seen),
        on_change="ignore",
    )
    return text.strip()


def _day(
    place: st.delta_generator.DeltaGenerator,
    label: str,
    day: date,
    seen: Record | None,
    chosen: Selection,
    key: str,
) -> date:
    picked = place.date_input(
        label,
        day,
        format="YYYY-MM-DD",
        required=True,
        key=key if seen else f"{key}-{chosen.as_of}",  # a day of a report is proposed with it
        persist_state=_kept(seen),
        on_change="ignore",
    )
    return picked if isinstance(picked, date) else day


def _about(chosen: Selection, seen: Record | None, key: str) -> Values:
    left, right = st.columns(2, gap="small")
    kpi = getattr(seen, "kpi", None)
    keys = [*CATALOGUE] if kpi is None or kpi in CATALOGUE else [*CATALOGUE, kpi]
    with left:
        picked = st.selectbox(
            "KPI",
            keys,
            index=keys.index(kpi) if kpi is not None else None,
            format_func=kpi_option,
            placeholder="No KPI",
            key=f"{key}-kpi",
            persist_state=_kept(seen),
            on_change="ignore",
        )
    with right:
        campaign = _campaign(chosen, seen, key)
    return {"kpi": picked, "campaign": campaign}


def _campaign(chosen: Selection, seen: Record | None, key: str) -> str | None:
    """The campaign that a record is about; of a new one the campaign that is looked at."""
    names = campaign_labels(chosen.snapshot)
    about = getattr(seen, "campaign", None) if seen else chosen.campaign
    known = [*names] if about is None or about in names else [*names, str(about)]
    ids = sorted(known, key=lambda each: names.get(each, each))
    return st.selectbox(
        "Campaign",
        ids,
        index=ids.index(about) if about is not None else None,
        format_func=lambda each: names.get(each, each),
        placeholder="All campaigns",
        key=f"{key}-campaign" if seen else f"{key}-campaign-{about}",  # follows the filter
        persist_state=_kept(seen),
        on_change="ignore",
    )


def _value(kpi: str, value: float | None, chosen: Selection, key: str) -> float | None:
    """The value of a target in the unit of its KPI; shares are written in per cent."""
    unit = CATALOGUE[kpi].unit
    scale = 100.0 if unit in PER_CENT else 1.0
    names = {"money": chosen.currency, "days": "days", "months": "months", "ratio": "times"}
    text = "%" if unit in PER_CENT else names.get(unit)
    typed = st.number_input(
        f"Value ({text})" if text else "Value",
        value=None if value is None else round(value * scale, 6),
        step=1.0,
        format="%g",
        required=True,
        key=f"{key}-value",
        persist_state="session" if value is None else None,
        on_change="ignore",
    )
    return None if typed is None else typed / scale


def _owners(seen: Record | None) -> list[str]:
    """Who answers for something already: by the settings, and in earlier actions."""
    names = {*settings().owners.values(), *(action.owner for action in records_if_up(Action))}
    if isinstance(seen, Action):
        names.add(seen.owner)
    return sorted(names, key=str.casefold)


def _periods(chosen: Selection) -> list[str]:
    """The running and the next month, quarter and year, as targets name them."""
    company = chosen.manifest.company
    units: tuple[Unit, ...] = ("month", "quarter", "year")
    found = []
    for unit in units:
        running = period_of(unit, chosen.as_of, company)
        after = period_of(unit, running.end + timedelta(days=1), company)
        found += [name_of(running, company), name_of(after, company)]
    return found


def _period_option(period: str) -> str:
    text = period_text(period)
    return text[:1].upper() + text[1:]


def kpi_option(key: str) -> str:
    """A KPI as it is offered: its label; its key where the catalogue has it no more."""
    return CATALOGUE[key].label if key in CATALOGUE else key
