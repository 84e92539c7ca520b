"""What a record must hold before the notebook takes it, and the message where it does not."""

import math
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime

from pydantic import ValidationError

from connectors.notebook.tables import KINDS, R, from_plain
from kpis.definitions import Target
from kpis.errors import NotebookError
from kpis.records import AgreedTarget, Record

LONGEST_TEXT, LONGEST_NAME = 4000, 300
"""Characters of what people write, and of names: an index of PostgreSQL takes 2700 bytes."""

_WRITTEN = {"text", "what"}

_PERIOD = (
    "a target is for every month, quarter or year, or for one by name such as 2026-11, 2026-Q4 "
    "or 2026"
)


def checked(record: R) -> R:
    """Return the record, its values of the types that it declares.

    Raises NotebookError that names the field, the value and the remedy.
    """
    kind = type(record)
    try:
        record = from_plain(kind, asdict(record))
        if isinstance(record, AgreedTarget):
            Target(**{name: getattr(record, name) for name in Target.model_fields})
    except ValidationError as error:
        first = error.errors()[0]
        field, given = ".".join(str(part) for part in first["loc"]), first["input"]
        why = _PERIOD if field == "period" else first["msg"].replace("Input", "it")
        raise _refused(kind, field, f"{why}, not {given!r}") from None
    for place, value in _leaves("", vars(record)):
        if why := _fault(place, value):
            raise _refused(kind, place, why)
    return record


def checked_name(who: str) -> str:
    """Return the name of a writer without blanks around it; raise NotebookError without a name."""
    why = _fault("who", who)
    if why:
        raise NotebookError(f"Nothing was written, as the writer's name is no name: {why}.")
    return who.strip()


def _refused(kind: type[Record], field: str, why: str) -> NotebookError:
    return NotebookError(f"This {KINDS[kind]} cannot be kept: its {field} is not right: {why}.")


def _leaves(place: str, value: object) -> Iterator[tuple[str, object]]:
    """Every single value within ``value``, and where it stands."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _leaves(f"{place}.{name}" if place else name, part)
    elif isinstance(value, tuple):
        for number, part in enumerate(value):
            yield from _leaves(f"{place}.{number}", part)
    elif hasattr(value, "__dataclass_fields__"):
        yield from _leaves(place, vars(value))
    else:
        yield place, value


def _fault(place: str, value: object) -> str:
    """What is wrong with a value, empty when nothing is."""
    match value:
        case str():
            longest = LONGEST_TEXT if place in _WRITTEN else LONGEST_NAME
            is_field = "." not in place
            if is_field and not value.strip():
                return "it is empty"
            if is_field and len(value) > longest:
                return f"it has {len(value):,} characters, {longest:,} are the most"
            if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
                return "it holds a character that is no text"
        case float() if not math.isfinite(value):
            return f"it is {value}, which is no number; leave it out where it is undefined"
        case datetime() if value.utcoffset() is None:
            return f"{value} names no time zone"
    return ""
