"""The fields in which people write a record: empty for a new record, or filled."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import streamlit as st

from kpis.calendar import Unit, name_of, period_of
from kpis.catalogue import CATALOGUE, SEVEN
from kpis.display import sentence_case
from kpis.records import DUE_IN, Action, AgreedTarget, Annotation, Decision, Note, Record
from pages.parts.frame.filters import campaign_labels
from pages.parts.frame.selection import Selection
from pages.parts.records.notebook import agreements, records_if_up
from pages.parts.records.record_words import EVERY, period_text

PERCENT = ("share", "return")
"""Units that are kept as shares and written in percent."""
Values = dict[str, Any]


@dataclass(frozen=True)
class _Form:
    """What fields are drawn for: a selection, and the record that fills them, if any."""

    chosen: Selection
    seen: Record | None
    key: str

    def field(self, name: str) -> dict[str, Any]:
        """What every field has; one of a new record keeps what was typed while it is not drawn."""
        kept = "session" if self.seen is None else None
        return {"key": f"{self.key}-{name}", "persist_state": kept, "on_change": "ignore"}


def fields_of(kind: type[Record], chosen: Selection, seen: Record | None, key: str) -> Values:
    """Draw the fields of a kind of record, filled with ``seen``, and return their values.

    key: what the widgets' keys begin with.
    """
    return _FIELDS[kind](_Form(chosen, seen, key))


def _decision(form: _Form) -> Values:
    return {"text": _text(form, "What was decided", "text"), **_about(form)}


def _action(form: _Form) -> Values:
    what = _text(form, "What to do", "what")
    seen = form.seen if isinstance(form.seen, Action) else None
    left, right = st.columns(2, gap="small")
    responsible = agreements(form.chosen.snapshot).owners.values()
    names = {*responsible, *(action.owner for action in records_if_up(Action))}
    owners = sorted(names | {seen.owner} if seen else names, key=str.casefold)
    owner = left.selectbox(
        "Owner",
        owners,
        index=owners.index(seen.owner) if seen else None,
        placeholder="Choose or type a name",
        accept_new_options=True,
        required=True,
        **form.field("owner"),
    )
    with right:
        due = _day(form, "Due", "due", seen.due if seen else form.chosen.as_of + DUE_IN)
    return {"what": what, "owner": str(owner or "").strip(), "due": due, **_about(form)}


def _note(form: _Form) -> Values:
    return {"text": _text(form, "What was said", "text")}


def _annotation(form: _Form) -> Values:
    text = _text(form, "What happened", "text", help="Shown on the charts, on its day.")
    left, right = st.columns(2, gap="small")
    with left:
        seen = form.seen.day if isinstance(form.seen, Annotation) else form.chosen.as_of
        day = _day(form, "Day", "day", seen)
    with right:
        return {"text": text, "day": day, "campaign": _campaign(form)}


def _target(form: _Form) -> Values:
    """The fields of a target; of one that was agreed on, only its value can be changed."""
    if isinstance(form.seen, AgreedTarget):
        return {"value": _value(form, form.seen.kpi, form.seen.value)}
    kpi = _kpi_of_target(form)
    of_kpi = replace(form, key=f"{form.key}-{kpi}")
    left, right = st.columns(2, gap="small")
    period = left.selectbox(
        "Period",
        [*EVERY, *_periods(form.chosen)],
        format_func=_period_option,
        required=True,
        **of_kpi.field("period"),
    )
    with right:
        value = _value(of_kpi, kpi, None)
    return {"kpi": kpi, "period": period, "value": value, "campaign": _campaign(of_kpi)}


def _kpi_of_target(form: _Form) -> str:
    """The KPI of a new target; the unit of its value follows it at once."""
    keys = list(CATALOGUE)
    picked = st.selectbox(
        "KPI",
        keys,
        index=keys.index(SEVEN[0].key),
        format_func=_kpi_option,
        required=True,
        **form.field("kpi") | {"on_change": "rerun"},
    )
    return picked or SEVEN[0].key


_FIELDS: dict[type[Record], Callable[[_Form], Values]] = {
    Decision: _decision,
    Action: _action,
    Note: _note,
    Annotation: _annotation,
    AgreedTarget: _target,
}


def _text(form: _Form, label: str, name: str, help: str | None = None) -> str:
    written = str(getattr(form.seen, name)) if form.seen else ""
    text: str = st.text_input(label, written, required=True, help=help, **form.field(name))
    return text.strip()


def _day(form: _Form, label: str, name: str, day: date) -> date:
    # A new record's day follows the day of the report, from which it is proposed.
    key = name if form.seen else f"{name}-{form.chosen.as_of}"
    picked = st.date_input(label, day, format="YYYY-MM-DD", required=True, **form.field(key))
    return picked if isinstance(picked, date) else day


def _about(form: _Form) -> Values:
    kpi = getattr(form.seen, "kpi", None)
    keys = [*CATALOGUE] if kpi is None or kpi in CATALOGUE else [*CATALOGUE, kpi]
    left, right = st.columns(2, gap="small")
    picked = left.selectbox(
        "KPI",
        keys,
        index=keys.index(kpi) if kpi is not None else None,
        format_func=_kpi_option,
        placeholder="No KPI",
        **form.field("kpi"),
    )
    with right:
        return {"kpi": picked, "campaign": _campaign(form)}


def _campaign(form: _Form) -> str | None:
    """The campaign that a record is about; of a new one the campaign that is looked at."""
    names = campaign_labels(form.chosen.snapshot)
    about = getattr(form.seen, "campaign", None) if form.seen else form.chosen.campaign
    known = [*names] if about is None or about in names else [*names, str(about)]
    ids = sorted(known, key=lambda each: names.get(each, each))
    picked: str | None = st.selectbox(
        "Campaign",
        ids,
        index=ids.index(about) if about is not None else None,
        format_func=lambda each: names.get(each, each),
        placeholder="All campaigns",
        **form.field("campaign" if form.seen else f"campaign-{about}"),  # follows the filter
    )
    return picked


def _value(form: _Form, kpi: str, value: float | None) -> float | None:
    """The value of a target in the unit of its KPI; shares are written in percent."""
    unit = CATALOGUE[kpi].unit
    scale = 100.0 if unit in PERCENT else 1.0
    names = {"money": form.chosen.currency, "days": "days", "months": "months", "ratio": "times"}
    text = "%" if unit in PERCENT else names.get(unit)
    typed: float | None = st.number_input(
        f"Value ({text})" if text else "Value",
        value=None if value is None else round(value * scale, 6),
        step=1.0,
        format="%g",
        required=True,
        **form.field("value"),
    )
    return None if typed is None else typed / scale


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
    return sentence_case(period_text(period))


def _kpi_option(key: str) -> str:
    """A KPI as it is offered: its label; its key where the catalogue has it no more."""
    return CATALOGUE[key].label if key in CATALOGUE else key
