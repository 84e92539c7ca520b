"""The tables of presets among those of a database: which tool wrote them, and what they lack.

A layout is recognised by the tables that its deals or costs are read from, with every column that
the query names and that each row needs. Without a column that only the tool writes, most of all
columns must be there, too: a company's own table of deals has an id and a status as well. Where two
layouts fit, the tool's own columns decide, then how many columns are there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from connectors.proposal.preset_parts import PresetPart, part_there
from connectors.settings.presets import layouts_of, preset_names
from connectors.survey.found import Found, FoundTable
from kpis.errors import UsageError

_MARKS = {"fivetran": "_fivetran_", "airbyte": "_airbyte_", "dlt": "_dlt_"}
"""How the columns begin that a tool adds to every table."""
_MOST_OF_CORE, _MOST = 0.75, 0.5
"""The shares of columns of deals or costs, and of all, that must be there without a tool's mark."""
USUAL_SCHEMA = "public"
"""What the usual schema of PostgreSQL is called in words, and after --preset."""


@dataclass(frozen=True)
class Recognised:
    """A preset whose tables are there.

    name: of the section. schema: "" for the usual one. tables: those that it reads, by name.
    columns, of: how many of the columns that it names are there. lacking: what is not there, in
    words. doubts: what its rows say against it. mapped: canonical columns by table. is_sure: what
    each row needs is there. is_likely: the tool's mark, or most columns, say that it wrote them.
    """

    name: str
    source: Found = field(repr=False)
    preset: str
    layout: str
    schema: str
    tables: tuple[FoundTable, ...] = field(repr=False)
    columns: int
    of: int
    lacking: tuple[str, ...]
    all_deleted: tuple[str, ...]
    joins: tuple[str, ...]
    mapped: Mapping[str, frozenset[str]]
    is_marked: bool
    reads_currency: bool
    is_usual: bool
    is_sure: bool = True
    is_likely: bool = True
    with_deleted: bool = False

    @property
    def score(self) -> float:
        """From 0 to 1, how much of what the preset names is there."""
        return round(0.5 + 0.5 * self.columns / max(self.of, 1), 2)

    @property
    def doubts(self) -> tuple[str, ...]:
        """What its rows say against it, a sentence each without the full stop."""
        what = (
            "as asked for, they count"
            if self.with_deleted
            else ("none counts; with --with-deleted they count")
        )
        deleted = (f"{text}: {what}" for text in self.all_deleted)
        return (*deleted, *self.joins)

    @property
    def reason(self) -> str:
        """What it is known by."""
        names = ", ".join(table.name for table in self.tables)
        tool = self.layout.partition("_")[0]
        marks = f", and the columns {_MARKS[tool]}… of its tool" if self.is_marked else ""
        return f"tables {names} with {self.columns} of {self.of} columns{marks}"


def recognised_in(source: Found, wanted: Sequence[str] = ()) -> tuple[Recognised, ...]:
    """Return the presets whose tables a database holds, the best layout of each schema.

    wanted: the only presets that are looked for, none for any; ``schema.preset`` is that of one
    schema.

    Raises UsageError where a preset that is wanted is not there, with what it lacks, or where
    several schemas hold it and none was named.
    """
    found: list[Recognised] = []
    schemas: dict[str, list[FoundTable]] = {}
    for table in source.tables:
        schemas.setdefault(table.schema, []).append(table)
    for preset in () if wanted else preset_names():
        found += _best_of_each(source, schemas, preset, is_wanted=False)
    for one in wanted:
        schema, mark, preset = one.rpartition(".")
        asked = {s: t for s, t in schemas.items() if not mark or (s or USUAL_SCHEMA) == schema}
        fits = _best_of_each(source, asked, preset, is_wanted=True)
        if not fits:
            raise UsageError(_why_not(source, asked, preset))
        if len(fits) > 1:
            raise UsageError(f"--preset {preset}: {in_several_schemas(fits)}.")
        found += fits
    return tuple(found)


def _best_of_each(
    source: Found, schemas: Mapping[str, list[FoundTable]], preset: str, is_wanted: bool
) -> list[Recognised]:
    """The best layout of a preset in each schema that holds it."""
    found = []
    for schema, tables in schemas.items():
        every = _layouts(source, schema, tables, preset)
        fits = [one for one in every if one.is_sure and (is_wanted or one.is_likely)]
        if fits:
            found.append(max(fits, key=_rank))
    return found


def in_several_schemas(found: Sequence[Recognised]) -> str:
    """Return what to say of one preset in several schemas, without the full stop."""
    names = " and ".join(f"'{one.schema or USUAL_SCHEMA}'" for one in found)
    first = found[0]
    option = f"--preset {first.source.name}={first.schema or USUAL_SCHEMA}.{first.preset}"
    return (
        f"schemas {names} of source '{first.source.name}' both hold the tables of {first.preset}, "
        "and one may be a copy of the other, whose rows would count twice. Name the one to take, "
        f"such as {option}; name each to take both"
    )


def _rank(one: Recognised) -> tuple[bool, bool, float, bool, int]:
    """The better, the higher; one that reads currencies takes none for the company's."""
    return one.is_marked, one.reads_currency, one.score, one.is_usual, one.columns


def _why_not(source: Found, schemas: Mapping[str, list[FoundTable]], wanted: str) -> str:
    tried = [
        one
        for schema, tables in schemas.items()
        for one in _layouts(source, schema, tables, wanted)
    ]
    best = max(tried, key=lambda one: one.columns, default=None)
    lacks = f" Of its layout '{best.layout}': {'; '.join(best.lacking)}." if best else ""
    return f"Source '{source.name}' does not hold the tables of preset '{wanted}'.{lacks}"


def _layouts(
    source: Found, schema: str, tables: Sequence[FoundTable], preset: str
) -> Iterator[Recognised]:
    by_name = {table.name: table for table in tables}
    for at, (layout, parts) in enumerate(layouts_of(preset).items()):
        core = "deals" if "deals" in parts else "costs"
        looks = {
            name: [part_there(name, one, by_name, source.dialect) for one in of]
            for name, of in parts.items()
        }
        every = [look for of_table in looks.values() for look in of_table]
        used = {table.name: table for look in every for table in look.tables}
        tool = layout.partition("_")[0]
        mark = _MARKS.get(tool, "")
        marked = [t for t in used.values() if any(c.startswith(mark) for c in t.columns)]
        other = [m for name, m in _MARKS.items() if name != tool]
        of_other = any(c.startswith(m) for t in used.values() for c in t.columns for m in other)
        yield Recognised(
            name=source.name,
            source=source,
            preset=preset,
            layout=layout,
            schema=schema,
            tables=tuple(used.values()),
            columns=sum(look.there for look in every),
            of=sum(look.of for look in every),
            lacking=tuple(dict.fromkeys(text for look in every for text in look.lacking)),
            all_deleted=tuple(dict.fromkeys(text for look in every for text in look.all_deleted)),
            joins=tuple(dict.fromkeys(text for look in every for text in look.joins)),
            mapped=_mapped(looks),
            is_marked=bool(marked),
            reads_currency=all(look.reads_currency for look in looks[core]),
            is_usual=at == 0,
            is_sure=looks[core][0].is_readable
            and not (of_other and not marked)
            and not any(look.is_foreign for look in every),
            is_likely=bool(marked) or _has_most(looks[core][0], every),
        )


def _has_most(core: PresetPart, every: Sequence[PresetPart]) -> bool:
    """Whether so many columns are there that tables of somebody else's would hardly have them."""
    there, of = sum(look.there for look in every), sum(look.of for look in every)
    return core.there >= _MOST_OF_CORE * core.of and there >= _MOST * of


def _mapped(looks: Mapping[str, Sequence[PresetPart]]) -> dict[str, frozenset[str]]:
    return {
        name: frozenset().union(*(look.columns for look in of if look.is_readable))
        for name, of in looks.items()
        if any(look.is_readable for look in of)
    }
