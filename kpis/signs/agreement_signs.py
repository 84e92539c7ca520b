"""Signs of what was agreed and is not kept: targets, owners, data health, definitions, actions."""

from collections.abc import Mapping, Sequence
from datetime import date

from kpis.calendar import period_of
from kpis.catalogue import CATALOGUE
from kpis.definitions import Company, Definitions, Target
from kpis.display import agreed_percent, counted, day_text, is_above, listed, percent
from kpis.goals.targets import UNITS, target_for, targets_of
from kpis.model import Where
from kpis.records import Action
from kpis.signs.sign import Sign, weight
from kpis.signs.thresholds import Thresholds


def without_target_or_owner(
    targets: Sequence[Target],
    owners: Mapping[str, str],
    agreed: Thresholds,
    as_of: date,
    company: Company,
) -> list[Sign]:
    """KPIs that have no target for a running period, or no owner, but need one: one sign."""
    aimless = [key for key in agreed.need_target if not _has_target(key, targets, as_of, company)]
    ownerless = [key for key in agreed.need_owner if key not in owners]
    of = {"target": len(agreed.need_target), "owner": len(agreed.need_owner)}
    without = {what: keys for what, keys in zip(of, (aimless, ownerless), strict=True) if keys}
    if not without:
        return []
    text = [
        f"{len(keys)} of {of[what]} KPIs {'has' if len(keys) == 1 else 'have'} no {what}"
        for what, keys in without.items()
    ]
    first = (aimless or ownerless)[0]
    return [
        Sign(
            rule="no_target_or_owner",
            tone="warning",
            headline=f"{listed(text)}.",
            evidence=tuple(
                f"No {what}: {', '.join(CATALOGUE[key].label for key in keys)}."
                for what, keys in without.items()
            ),
            agreed="Agreed: these KPIs have both ([[targets]], [owners], [signs] need_target, "
            "need_owner).",
            kpi=first,
            page="this_week",
            explains={"kpi": first},
            weight=weight("no_target_or_owner"),
        )
    ]


def _has_target(kpi: str, targets: Sequence[Target], as_of: date, company: Company) -> bool:
    """Whether a running period has a target; one of a campaign is none of the whole."""
    periods = (period_of(unit, as_of, company) for unit in UNITS)
    of_all = targets_of(targets, {})
    return any(target_for(of_all, kpi, period, company) is not None for period in periods)


def unsound_data(soundness: Mapping[str, float], agreed: Thresholds) -> list[Sign]:
    """Tables with a smaller share of sound rows than agreed, the worst first: one sign.

    soundness: per table the share of its rows that are sound (kpis.health.health), NaN where
    unknown.
    """
    line = agreed.min_sound_rows
    low = [table for table, share in soundness.items() if is_above(line, share)]
    if not low:
        return []
    low.sort(key=lambda table: soundness[table])
    shares = {table: percent(soundness[table], line) for table in low}
    others = len(low) - 1
    verb = "is" if others == 1 else "are"
    more = f"; {counted(others, 'more table')} {verb} below the line, too" if others else ""
    return [
        Sign(
            rule="unsound_data",
            tone="warning",
            headline=f"Only {shares[low[0]]} of the rows of {low[0]} are sound{more}.",
            evidence=tuple(f"{table}: {shares[table]} sound." for table in low),
            agreed=f"Agreed: at least {agreed_percent(line)} of each table "
            "([signs] min_sound_rows).",
            kpi=None,
            page="health",
            explains={},
            weight=weight("unsound_data", soundness[low[0]], line),
        )
    ]


def definitions_changed(before: Definitions | None, now: Definitions) -> list[Sign]:
    """Switches that changed since the last meeting: one sign.

    before: those of the last meeting's snapshot, None where there was none.
    """
    changed = () if before is None else now.changed_from(before)
    if before is None or not changed:
        return []
    many = len(changed) > 1
    return [
        Sign(
            rule="definition_changed",
            tone="warning",
            headline=f"{len(changed) if many else 'A'} definition{'s' if many else ''} changed "
            f"since the last meeting: {listed(changed)}. Compare with care.",
            evidence=tuple(
                f"{now.text(name)} At the last meeting: {before.text(name)}" for name in changed
            ),
            agreed="Agreed: the definitions of the last meeting ([definitions]).",
            kpi=None,
            page="health",
            explains={},
            weight=weight("definition_changed"),
        )
    ]


def overdue_actions(actions: Sequence[Action], as_of: date, where: Where) -> list[Sign]:
    """Open actions that were due before ``as_of``, the oldest first: one sign.

    where: actions of campaigns that the selection leaves out do not count.
    """
    campaigns = where.get("campaign")
    late = sorted(
        (
            action
            for action in actions
            if action.due < as_of and (not campaigns or action.campaign in (None, *campaigns))
        ),
        key=lambda action: action.due,
    )
    if not late:
        return []
    oldest, many = late[0], len(late) > 1
    what = f"“{oldest.what}” ({oldest.owner}, due {day_text(oldest.due)})"
    return [
        Sign(
            rule="action_overdue",
            tone="warning",
            headline=f"{len(late)} open actions are past their date, first of all {what}."
            if many
            else f"An open action is past its date: {what}.",
            evidence=tuple(
                f"“{action.what}”: {action.owner}, due {day_text(action.due)}, "
                f"{counted((as_of - action.due).days, 'day')} ago."
                for action in late
            ),
            agreed="Agreed: each action by its date.",
            kpi=oldest.kpi,
            page="this_week",
            explains={"kpi": oldest.kpi} if oldest.kpi else {},
            weight=weight("action_overdue"),
        )
    ]
