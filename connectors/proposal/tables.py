"""Which tables of the sources are which canonical ones, and how their columns are mapped."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from connectors.mapping.header_words import header_words
from connectors.proposal.columns import choices_of
from connectors.proposal.joins import with_joins
from connectors.proposal.names import named_tables, table_name_score
from connectors.proposal.parts import TAKEN, Choice, ProposedPart, Statuses, lacking_text
from connectors.proposal.statuses import MOST_VALUES, status_reason, statuses_of
from connectors.survey.found import Found, FoundTable
from kpis.model import TABLES

_COST_WORDS = {"cost", "costs", "spend", "spent", "kosten", "ausgaben", "ausgegebener"}
_LEAD_WORDS = {"lead", "kontakt", "interessent", "contact", "prospect"}
_BY_NAME = 0.4
"""What the name of a table counts for; the rest is for the columns that every row needs."""
_SHOWN = 5
_UNNAMED = 0.85
"""What columns alone say, where the name of a table says nothing."""
_MARGIN = 0.1


def proposed_parts(sources: Sequence[Found]) -> tuple[list[ProposedPart], list[ProposedPart]]:
    """Return the parts that are proposed, and others that look like one but are not taken.

    A table of a source is one canonical table at most, and of several that look alike the one that
    clearly fits best is taken; costs of other campaigns are taken beside each other.
    """
    best: dict[str, list[ProposedPart]] = {}
    taken: dict[str, ProposedPart] = {}
    beside, left = list[ProposedPart](), list[ProposedPart]()
    for source in sources:
        for found in source.tables:
            parts = sorted(_parts(source.name, found), key=lambda p: (bool(p.problem), -p.score))
            if parts and parts[0].problem:
                left.append(parts[0])
            elif parts:
                best.setdefault(parts[0].table, []).append(parts[0])
    for table, parts in best.items():
        first, *others = sorted(parts, key=lambda part: -part.score)
        if others and others[0].score > first.score - _MARGIN and table != "costs":
            others = [first, *others]
            left += [replace(one, problem=_which_text(one, others)) for one in others]
            continue
        taken[table] = first
        for other in others:
            is_more = table == "costs" and _has_other_campaigns(other, [first, *beside])
            problem = f"{first.found.place} fits {table} better; both may hold the same rows"
            (beside if is_more else left).append(
                other if is_more else replace(other, problem=problem)
            )
    return [*with_joins(taken).values(), *beside], left


def _which_text(one: ProposedPart, others: Sequence[ProposedPart]) -> str:
    names = ", ".join(other.found.place for other in others if other is not one)
    return f"{names} may be {one.table}, too: keep one of them"


def _parts(source: str, found: FoundTable) -> Iterator[ProposedPart]:
    """What a table may be, with each score; nothing where a required column has no candidate."""
    if found.raw is None or not found.rows:
        return
    for table in named_tables():
        by_name, length = table_name_score(found.name, table)
        choices = list(choices_of(table, found))
        statuses = None
        if table == "deals":
            choices, statuses = _with_status(found, choices)
        scores = {choice.name: choice.score for choice in choices if choice.is_taken}
        required = [column.name for column in TABLES[table].columns if column.required]
        if table == "customers" and not {"started_on", "ended_on"} & set(scores):
            continue  # a list of accounts says nothing of when they were customers
        candidates = {choice.name for choice in choices}
        lacking = [name for name in required if name not in scores]
        if not by_name and (lacking or not _is_distinct(table, choices)):
            continue
        if not set(required) <= candidates and by_name < 1:
            continue
        worst = min(scores.get(name, 0.0) for name in required)
        score = _BY_NAME * by_name + (1 - _BY_NAME) * worst if by_name else worst * _UNNAMED
        if score < TAKEN and not by_name:
            continue
        problem = lacking_text(lacking, choices)
        if score < TAKEN and not lacking:
            problem = f"it is not sure enough ({score:.2f})"
        name = f"its name says {table}" if by_name else f"its columns are those of {table}"
        yield ProposedPart(
            table=table,
            source=source,
            found=found,
            score=round(score + length / 1000, 3),
            reason=f"{name}; it has {' and '.join(n for n in required if n in scores) or 'no key'}",
            choices=tuple(choices),
            statuses=statuses,
            problem=problem,
        )


def _with_status(found: FoundTable, choices: list[Choice]) -> tuple[list[Choice], Statuses | None]:
    """The choices with the status that the values of a column bear out, and the stage beside it.

    Where a name says for sure which column it is, its values decide, known or not, and no other.
    """
    closed = next((c.column for c in choices if c.name == "closed_at" and c.is_taken), "")
    named = [c for c in choices if c.name in ("status", "stage")]
    others = [c for c in choices if c.name != "status"]
    named.sort(key=lambda c: (c.name != "status", -c.score))
    sure = [c for c in named if c.score >= TAKEN]
    for choice in sure or [*named, *_by_values(found, named)]:
        statuses = statuses_of(found, choice.column, closed, is_named=bool(sure))
        if statuses is not None:
            known = sum(n for value, n in statuses.counts.items() if value in statuses.meanings)
            share = known / sum(statuses.counts.values())
            reason = status_reason(statuses)
            status = replace(
                choice,
                name="status",
                score=round(0.5 + 0.5 * share, 2),
                reason=reason,
                is_taken=True,
            )
            return [*others, status], statuses
    return _without_meaning(found, choices)


def _without_meaning(
    found: FoundTable, choices: list[Choice]
) -> tuple[list[Choice], Statuses | None]:
    """The choices with the status left open, as no value says that a deal is won."""
    status = next((c for c in choices if c.name == "status"), None)
    values = dict(found.profile_of(status.column).values) if status else {}
    if status is None or not values:
        return [c for c in choices if c.name != "status"], None
    shown = ", ".join(f"'{value}'" for value in list(values)[:_SHOWN])
    remedy = f"no value says that a deal is won ({shown}): list them under values.status"
    left = replace(status, is_taken=False, remedy=remedy)
    kept = [left if c is status else c for c in choices if c is status or c.name != "status"]
    return kept, Statuses({}, values) if len(values) <= MOST_VALUES else None


def _by_values(found: FoundTable, named: Sequence[Choice]) -> Iterator[Choice]:
    """Columns of texts that no name makes a status, in case that their values do."""
    known = {choice.column for choice in named}
    for header in dict.fromkeys(found.columns):
        if header not in known and found.profile_of(header).kind == "text":
            yield Choice("status", header, 0.0, "")


def _is_distinct(table: str, choices: Sequence[Choice]) -> bool:
    """Whether columns alone say what a table is, as many tables have an id and a date."""
    words = {c.name: set(header_words(c.column).split()) for c in choices if c.is_taken}
    match table:
        case "deals":
            return "status" in words and bool({"amount", "closed_at"} & set(words))
        case "costs":
            return bool(words.get("amount", set()) & _COST_WORDS)
        case "leads":
            return bool({"mql_at", "sql_at"} & set(words) or words["lead_id"] & _LEAD_WORDS)
        case _:
            return False


def _has_other_campaigns(part: ProposedPart, others: Sequence[ProposedPart]) -> bool:
    """Whether the costs are of campaigns that none of ``others`` has costs of.

    Ids beside names may be the same campaigns, written otherwise.
    """
    campaigns = [_campaigns(one) for one in (part, *others)]
    forms = {all(name.isdigit() for name in names) for names in campaigns}
    is_of_one_form = all(campaigns) and len(forms) == 1
    return is_of_one_form and not any(campaigns[0] & other for other in campaigns[1:])


def _campaigns(part: ProposedPart) -> set[str]:
    choice = part.taken.get("campaign_id")
    return set(part.found.profile_of(choice.column).values) if choice else set()
