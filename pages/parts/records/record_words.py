"""The teams' records in words: as a line of a list, and field by field. All texts are plain."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date

from kpis.catalogue import CATALOGUE
from kpis.display import UNDEFINED, near_day, shown
from kpis.records import Action, AgreedTarget, Annotation, Decision, Note, Record, TableTarget
from pages.parts.frame.filters import campaign_labels
from pages.parts.frame.selection import Selection

KINDS: dict[type[Record], str] = {
    Decision: "Decision",
    Action: "Action",
    Note: "Note",
    Annotation: "Annotation",
    AgreedTarget: "Target",
}
"""The kinds of records that people write, and what they are called."""

FIELDS = {
    "text": "Text",
    "what": "What",
    "owner": "Owner",
    "due": "Due",
    "kpi": "KPI",
    "campaign": "Campaign",
    "status": "Status",
    "day": "Day",
    "period": "Period",
    "value": "Value",
}
"""The fields that people write, in the order in which they are read."""

EVERY = ("month", "quarter", "year")


def kpi_short(key: str) -> str:
    """A KPI's short name; its key where the catalogue has it no more."""
    return CATALOGUE[key].short if key in CATALOGUE else key


def period_text(period: str) -> str:
    """The period of a target: ``every month``, ``November 2026``, ``Q4 2026``, ``2026``."""
    if period in EVERY:
        return f"every {period}"
    year, _, part = period.partition("-")
    if part.isdigit():
        return f"{date(int(year), int(part), 1):%B %Y}"
    return f"{part} {year}".strip()


def value_text(kpi: str, value: float, chosen: Selection) -> str:
    """The value of a target: ``335``, ``4.2%``, ``€3,410``."""
    return shown(CATALOGUE[kpi], value, chosen.currency) if kpi in CATALOGUE else f"{value:g}"


def headline(record: Record, chosen: Selection) -> str:
    """What a record says first of all."""
    match record:
        case Action():
            return record.what
        case AgreedTarget():
            value = value_text(record.kpi, record.value, chosen)
            return f"{kpi_short(record.kpi)}: {value} {period_text(record.period)}"
        case Decision() | Note() | Annotation():
            return record.text
    raise TypeError(f"nobody writes a {type(record).__name__}")


def details(record: Record, chosen: Selection) -> list[str]:
    """What else a record says: owner, day, KPI and campaign, those that it has."""
    text = []
    match record:
        case Action():
            text += [record.owner, f"due {near_day(record.due, chosen.as_of)}"]
        case Annotation():
            text.append(near_day(record.day, chosen.as_of))
        case TableTarget():
            text += [record.owner] if record.owner else []
    kpi = getattr(record, "kpi", None)
    if kpi is not None and not isinstance(record, AgreedTarget):
        text.append(kpi_short(kpi))
    campaign = getattr(record, "campaign", None)
    if campaign is not None:
        text.append(campaign_labels(chosen.snapshot).get(campaign, campaign))
    if isinstance(record, Action) and record.status != "open":
        text.append(record.status)
    if is_of_a_table(record):
        text.append(
            f"from the table {'annotations' if isinstance(record, Annotation) else 'targets'}"
        )
    return text


def is_of_a_table(record: Record) -> bool:
    """Whether a source's table keeps a record, so that nobody changes it here."""
    return record.id == 0


def as_fields(record: Record) -> dict[str, object]:
    """What people wrote in a record, by field."""
    return {f.name: getattr(record, f.name) for f in fields(record) if f.name in FIELDS}


def field_text(field: str, written: Mapping[str, object], chosen: Selection) -> str:
    """A field of a record in words; — where it is empty. Days may be as JSON has them."""
    value = written.get(field)
    if value is None or value == "":
        return UNDEFINED
    text = str(value)
    match field:
        case "due" | "day":
            return near_day(date.fromisoformat(text), chosen.as_of)
        case "kpi":
            return kpi_short(text)
        case "campaign":
            return campaign_labels(chosen.snapshot).get(text, text)
        case "period":
            return period_text(text)
        case "value":
            return value_text(str(written.get("kpi")), float(text), chosen)
    return text
