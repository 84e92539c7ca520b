"""What both teams agreed on, joined once: settings, tables, meetings, definitions of each day.

Pages, minutes, digest and alerts all ask it, so that all of them show the same.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from kpis.catalogue import CATALOGUE
from kpis.definitions import Company, Definitions, Target
from kpis.display import label_of
from kpis.goals.targets import agreed, owners_named
from kpis.meeting.kept_actions import looks_back_to, meeting_before
from kpis.records import AgreedTarget, Meeting, TableTarget
from kpis.signs.thresholds import Thresholds
from kpis.weeks.usual_range import new_meanings


@dataclass(frozen=True)
class Agreements:
    """What holds on the day of a report.

    owners: KPI → name. labels: campaign id → what people call it. definitions_before: those of the
    last meeting, None where they are not kept. changed_on: per KPI the days from which its values
    mean something else (see kpis.weeks.frame).
    """

    targets: tuple[Target, ...]
    owners: Mapping[str, str]
    thresholds: Thresholds
    labels: Mapping[str, str]
    definitions_before: Definitions | None
    changed_on: Mapping[str, Sequence[date]]


def agreements(
    as_of: date,
    company: Company,
    *,
    targets: Iterable[Target],
    owners: Mapping[str, str],
    thresholds: Thresholds,
    labels: Mapping[str, str],
    table_targets: Iterable[TableTarget],
    agreed_targets: Iterable[AgreedTarget],
    meetings: Iterable[Meeting],
    definitions: Sequence[tuple[date, Definitions]],
) -> Agreements:
    """Return what holds on ``as_of``.

    targets, owners, thresholds: of the settings. table_targets: of the table of targets; they and
    their owners win over the settings'. agreed_targets: of meetings; they win over both. Of these
    two, one of a KPI that the catalogue has no more is left out. definitions: each day of a report
    with those it was made with, oldest first.
    """
    in_table = list(table_targets)
    last = looks_back_to(meeting_before(meetings, as_of), as_of)
    changes = [(day, now.changed_from(before)) for (_, before), (day, now) in pairwise(definitions)]
    return Agreements(
        agreed(targets, _known(in_table), _known(agreed_targets)),
        {**owners, **owners_named(in_table, as_of, company)},
        thresholds,
        labels,
        next((held for day, held in reversed(definitions) if day <= last), None),
        new_meanings(changes),
    )


def _known(found: Iterable[AgreedTarget]) -> list[Target]:
    return [
        Target(kpi=one.kpi, period=one.period, value=one.value, campaign=one.campaign)
        for one in found
        if one.kpi in CATALOGUE
    ]


def campaign_labels(names: Mapping[str, str], known: Iterable[str]) -> dict[str, str]:
    """Campaign id → what people call it, with the id where several would read the same.

    names: of those that have one. known: the ids of all.
    """
    labels = {key: names.get(key, label_of(key, "Campaign")) for key in known}
    often = Counter(labels.values())
    return {key: f"{name} ({key})" if often[name] > 1 else name for key, name in labels.items()}
