"""Which column of a source each canonical column is taken from."""

from collections.abc import Collection, Iterable, Sequence

from connectors.mapping.notes import Note
from connectors.settings.tables import ROW_ID, TableSettings
from connectors.sources.header import folded
from connectors.sources.raw import RawTable
from kpis.errors import MappingError, nearest
from kpis.model import TABLES, Column

_LISTED = 12
COUNTED_NOWHERE = ("email", "company")
"""Optional columns that no number depends on: where two fit, and none is named, none is taken."""


def source_columns(
    table: str, columns: Iterable[Column], raw: RawTable, settings: TableSettings
) -> tuple[dict[str, int], list[str]]:
    """Return for each canonical column that the source has the position of its column there.

    With it a paragraph for each column that the settings name, each required one and each dimension
    of leads that is missing, and for each name that fits more than one column.

    The settings name it, else it is the source column of the same name. An exact name wins;
    otherwise case, surrounding blanks and breaks of a line do not count.

    Raises MappingError when the source has no header.
    """
    headers = [str(header) for header in raw.frame.columns]
    where = f"{raw.place} of source '{settings.source}'"
    if not headers:
        raise MappingError(
            f"{table}: {where} is empty: it has no header, so no column can be found. Put the "
            f"column names into its first row, or correct 'from' under [tables.{table}]."
        )
    positions: dict[str, int] = {}
    problems: list[str] = []
    for column in columns:
        wanted = settings.columns.get(column.name, column.name)
        if column.name in settings.constants or (wanted == "" and not column.required):
            continue
        fits = positions_of(wanted, headers)
        if len(fits) > 1:
            if column.name in settings.columns or column.name not in COUNTED_NOWHERE:
                problems.append(f"{table}: {where} {_unclear(table, column, wanted, len(fits))}")
        elif fits:
            positions[column.name] = fits[0]
        elif wanted == ROW_ID:
            continue
        elif problem := _missing(table, column, settings, where, _hint(wanted, headers)):
            problems.append(f"{table}: {problem}")
    return positions, problems


def _unclear(table: str, column: Column, wanted: str, fits: int) -> str:
    """Why none of several columns is taken, and the remedy."""
    return (
        f"has {fits} columns that read '{wanted}', so it is not clear which one is {column.name}. "
        "Rename one of them in the source, or name another one as "
        f"columns.{column.name} under [tables.{table}]."
    )


def _missing(table: str, column: Column, settings: TableSettings, where: str, hint: str) -> str:
    """Why a column cannot be missing from the source, and the remedy; empty where it can be."""
    name, below = column.name, f"under [tables.{table}]"
    if name in settings.optional_columns and not column.required:
        return ""
    if name in settings.columns:
        return (
            f"{where} has no column '{settings.columns[name]}', which the settings take as {name}. "
            f"Was it renamed? {hint} Correct columns.{name} {below}."
        )
    right_one = f'{hint} Name the right one in the settings: columns.{name} = "…" {below}'
    if column.required:
        return f"{where} has no column '{name}', which every row of {table} needs. {right_one}."
    if table == "leads" and name not in TABLES[table].column_names:
        return (
            f"{where} has no column '{name}', which [dimensions] names. Was it renamed? "
            f"{right_one}; or remove '{name}' from [dimensions]."
        )
    if name in settings.values:
        return (
            f"the settings give values.{name}, but {where} has no column '{name}' that they could "
            f"be read from. {hint} Name it as columns.{name} {below}."
        )
    return ""


def not_there_notes(
    table: str, found: Collection[str], raw: RawTable, settings: TableSettings
) -> list[Note]:
    """Return a note for each optional column that the source lacks; found: those that it has."""
    return [
        Note(
            table=table,
            column=name,
            rows=0,
            what=f"is not mapped: {raw.place} has no column '{settings.columns[name]}'",
            remedy=f'Name another one as columns.{name}, or "" for none.',
        )
        for name in settings.optional_columns
        if settings.columns.get(name) and name not in found
    ]


def positions_of(wanted: str, headers: Sequence[str]) -> list[int]:
    """Return the positions of the headers that read ``wanted``; an exact one comes first."""
    exact = [i for i, header in enumerate(headers) if header == wanted]
    return exact or [i for i, header in enumerate(headers) if folded([header]) == folded([wanted])]


def _hint(wanted: str, headers: Sequence[str]) -> str:
    close = nearest(wanted, headers)
    shown = ", ".join(f"'{header}'" for header in headers[:_LISTED])
    more = f" and {len(headers) - _LISTED} more" if len(headers) > _LISTED else ""
    listed = f"Its columns are {shown}{more}."
    return f"{close} {listed}" if close.startswith("Did") else listed
