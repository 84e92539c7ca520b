"""Times that SQLite writes by itself, in UTC: ``closed_at TEXT DEFAULT CURRENT_TIMESTAMP``.

Its clock knows no other zone, and what it writes names none.
"""

import re
from collections.abc import Iterator

import pandas as pd
from sqlalchemy import inspect
from sqlalchemy.engine import Connection

from connectors.sources.raw import RawNote

_NOW = re.compile(r"current_timestamp|(?:datetime|strftime)\s*\(.*'now'", re.I | re.S)
_LOCAL = re.compile("localtime", re.I)
_WRITTEN = r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?"
_SAYS_UTC = re.compile(r"(?:^|[\W_])(?:utc|gmt)(?:$|[\W_])", re.I)


def utc_default_notes(
    connection: Connection,
    schema: str | None,
    name: str,
    frame: pd.DataFrame,
    source: str,
    time_zone: str,
) -> Iterator[RawNote]:
    """Yield a doubt for each column of a SQLite table whose default is the present time in UTC.

    Only where cells hold times that name no zone, which would be taken in ``time_zone``. source:
    its name in the settings, which set no zone for it.
    """
    if connection.dialect.name != "sqlite" or time_zone in ("UTC", "Etc/UTC"):
        return
    defaults = {
        c["name"]: str(c.get("default") or "")
        for c in inspect(connection).get_columns(name, schema)
    }
    for at, column in enumerate(frame.columns):
        default = defaults.get(column, "")
        if not _NOW.search(default) or _LOCAL.search(default) or _SAYS_UTC.search(column):
            continue
        texts = frame.iloc[:, at].dropna().astype(str)
        times = texts[texts.str.fullmatch(_WRITTEN)]
        if len(times):
            yield RawNote(
                rows=len(times),
                what=f"were taken in {time_zone}, but the table says DEFAULT {default}, which "
                "SQLite writes in UTC",
                at=at,
                examples=tuple(times.iloc[:3]),
                remedy=f'Set time_zone = "UTC" under [sources.{source}], or "{time_zone}" if a '
                "program writes these times.",
                is_doubt=True,
            )
