"""The proposal: presets that are recognised, tables that are mapped, what is left to a person."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from connectors.proposal.parts import ProposedPart
from connectors.proposal.recognised import Recognised, in_several_schemas, recognised_in
from connectors.proposal.tables import proposed_parts
from connectors.proposal.trial import tried, with_formats
from connectors.settings.presets import preset_names
from connectors.survey.found import Found, FoundTable
from kpis.coverage import Mapped, effects
from kpis.definitions import Company, Definitions
from kpis.errors import UsageError, nearest


@dataclass(frozen=True)
class Proposal:
    """What settings are proposed.

    sources: as they were looked into. presets: each becomes a section of its own. parts: tables
    that are mapped. left: tables that look like one, and why they are not taken. rivals: presets
    that several schemas of one source hold, of which none is taken.
    """

    sources: tuple[Found, ...]
    presets: tuple[Recognised, ...]
    parts: tuple[ProposedPart, ...]
    left: tuple[ProposedPart, ...]
    rivals: tuple[tuple[Recognised, ...], ...] = ()

    @property
    def mapped(self) -> Mapped:
        """Per canonical table the columns that the proposal maps."""
        found: dict[str, set[str]] = {}
        for part in self.parts:
            found.setdefault(part.table, set()).update(part.taken, part.constants)
        for one in self.presets:
            for table, columns in one.mapped.items():
                found.setdefault(table, set()).update(columns)
        return {table: frozenset(columns) for table, columns in found.items()}

    @property
    def several(self) -> list[str]:
        """Where presets would count rows twice, a sentence each without the full stop."""
        rivals = [in_several_schemas(of_one) for of_one in self.rivals]
        crms = [one for one in self.presets if "deals" in one.mapped]
        if len({one.preset for one in crms}) < 2:
            return rivals
        names = " and ".join(one.preset for one in crms)
        return [
            *rivals,
            f"{names} both fill deals: a deal that is in both counts twice. To keep one, name what "
            f"you want: --preset {crms[0].source.name}={crms[0].preset}",
        ]

    @property
    def costs(self) -> list[str]:
        """What each table or column that was not found costs, a sentence each."""
        return effects(self.mapped, Definitions())

    @property
    def unused(self) -> list[tuple[str, FoundTable]]:
        """The tables that nothing is read from, each with its source's name."""
        read = [(one.source.name, table) for one in self.presets for table in one.tables]
        read += [(part.source, part.found) for part in (*self.parts, *self.left)]
        known = {(source, table.schema, table.name) for source, table in read}
        return [
            (source.name, table)
            for source in self.sources
            for table in source.tables
            if (source.name, table.schema, table.name) not in known
        ]


Answers = Callable[[ProposedPart], ProposedPart]
"""What a person decides about a part before it is tried; itself where nobody is asked."""


def proposed(
    sources: Sequence[Found],
    presets: Mapping[str, Sequence[str]],
    company: Company,
    answered: Answers = lambda part: part,
) -> Proposal:
    """Return the proposal for sources that were looked into.

    presets: of a source the only presets that a person wants of it, see recognised_in. company: for
    trials. answered: what a person decides about a part before it is tried.

    Raises UsageError for a preset that is not there, or of a source that is none.
    """
    unknown = set(presets) - {source.name for source in sources}
    if unknown:
        raise UsageError(f"--preset names source '{min(unknown)}', which is none of the sources.")
    every = [one for source in sources for one in _presets(source, presets.get(source.name, ()))]
    rivals = _rivals(every, presets)
    found = [one for one in every if not any(one in of_one for of_one in rivals)]
    with_presets = {one.source.name for one in every}
    others = [source for source in sources if source.name not in with_presets]
    parts, left = proposed_parts(others)
    dated = [with_formats(part, parts) for part in (*parts, *left)]
    done = [one if one.problem else tried(one, company) for one in map(answered, dated)]
    kept = tuple(part for part in done if not part.problem)
    refused = tuple(part for part in done if part.problem)
    return Proposal(tuple(sources), _named(found), kept, refused, rivals)


def _rivals(
    found: Sequence[Recognised], asked: Mapping[str, Sequence[str]]
) -> tuple[tuple[Recognised, ...], ...]:
    """The presets that several schemas of one source hold, where nobody named those to take."""
    groups: dict[tuple[str, str], list[Recognised]] = {}
    for one in found:
        if not asked.get(one.source.name):
            groups.setdefault((one.source.name, one.preset), []).append(one)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def _presets(source: Found, wanted: Sequence[str]) -> tuple[Recognised, ...]:
    if source.source.kind != "database":
        if wanted:
            raise UsageError(
                f"--preset is for databases, and source '{source.name}' is none. Without it, init "
                "maps its tables by their columns."
            )
        return ()
    for preset in (one.rpartition(".")[2] for one in wanted):
        if preset not in preset_names():
            raise UsageError(
                f"--preset {preset}: no such preset. {nearest(preset, preset_names())}"
            )
    return recognised_in(source, wanted)


def _named(found: Sequence[Recognised]) -> tuple[Recognised, ...]:
    """The presets with names of their own: a source that holds several becomes several sections."""
    taken: set[str] = set()
    named = []
    for one in found:
        is_only = sum(other.source.name == one.source.name for other in found) == 1
        name = one.name if is_only else one.preset
        if name in taken:
            name = f"{one.preset}_{one.schema or len(taken) + 1}"
        taken.add(name)
        named.append(replace(one, name=name))
    return tuple(named)
