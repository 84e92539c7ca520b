"""How the tests of databases read one: as the source ``crm``, through a URL in the environment."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from connectors.settings.settings import DatabaseSource
from connectors.settings.tables import TableSettings
from connectors.sources.databases import database
from connectors.sources.raw import RawTable, no_progress
from connectors.sources.typed_columns import as_objects
from kpis.errors import SourceError

PASSWORD = "p@ss:w/rd%1"

LEADS = (
    "CREATE TABLE leads (id INTEGER, name TEXT, score REAL)",
    "INSERT INTO leads VALUES (9007199254740993, 'Ann', 1.5), (NULL, 'NA', NULL), (3, '', 2)",
)


def table(from_: str | None = None, query: str | None = None) -> TableSettings:
    return TableSettings.model_validate({"source": "crm", "from": from_, "query": query})


def objects(found: RawTable) -> pd.DataFrame:
    """The cells as Python objects, None where there is no value."""
    return pd.DataFrame({name: as_objects(found.frame[name]) for name in found.frame})


def read(
    url: str,
    folder: Path,
    batch_rows: int = 50_000,
    time_zone: str = "UTC",
    **requests: TableSettings,
) -> dict[str, RawTable]:
    """Read through a reference, as people do: the URL stands in the environment."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CRM_URL", url)
        source = DatabaseSource(kind="database", url="env:CRM_URL", batch_rows=batch_rows)
        return database.read("crm", source, requests, folder, no_progress, time_zone)


def refusal(url: str, folder: Path, **requests: TableSettings) -> str:
    """The paragraph of an error: it names the source, holds no secret and is one line."""
    with pytest.raises(SourceError) as caught:
        read(url, folder, **requests)
    message = str(caught.value)
    assert message.startswith("Source 'crm'")
    assert "\n" not in message and "sqlalche.me" not in message and "[SQL" not in message
    for secret in (PASSWORD, "p%40ss", "wrong-word"):
        assert secret not in message
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    return message


def sqlite_file(folder: Path, *statements: str) -> Path:
    path = folder / "crm.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)
    return path
