"""How the tests of Google Sheets read one: as the source ``ads``, with the key of our server."""

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.settings.settings import SheetsSource
from connectors.settings.tables import TableSettings
from connectors.sources.google import sheets as google_sheets
from connectors.sources.raw import RawTable, no_progress
from kpis.errors import SourceError
from tests.sheets_server import SheetsServer

SHEET = "1AbC-dEf_123"


def request(from_: str, **columns: str) -> TableSettings:
    return TableSettings.model_validate({"source": "ads", "from": from_, "columns": columns})


def read(
    sheets: SheetsServer,
    spreadsheet: str = SHEET,
    key: dict[str, str] | None = None,
    api: str | None = None,
    **tables: TableSettings,
) -> dict[str, RawTable]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SHEETS_KEY", json.dumps(key or sheets.key))
        source = SheetsSource(
            kind="google_sheets",
            spreadsheet=spreadsheet,
            credentials="env:SHEETS_KEY",
            api=api or sheets.url,
        )
        tables = tables or {"leads": request("Leads")}
        return google_sheets.read("ads", source, tables, Path(), no_progress)


def refusal(sheets: SheetsServer, **options: Any) -> str:
    with pytest.raises(SourceError) as caught:
        read(sheets, **options)
    message = str(caught.value)
    assert message.startswith("Source 'ads'") and "\n" not in message
    assert "PRIVATE KEY" not in message and sheets.key["private_key"][100:120] not in message
    return message
