"""Google Sheets through gspread: one call for the list of worksheets, one for all their cells.

Cells are read unformatted: 1200.5 rather than "$1,200.50", and dates as serial numbers.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from google.auth.exceptions import GoogleAuthError, RefreshError
from google.auth.transport.requests import AuthorizedSession
from google.oauth2.service_account import Credentials
from gspread.exceptions import APIError
from gspread.http_client import HTTPClient
from gspread.utils import absolute_range_name
from requests import RequestException, Response
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from connectors.settings.secrets import service_account
from connectors.settings.settings import SheetsSource
from connectors.settings.tables import TableSettings
from connectors.sources.raw import Progress, RawTable
from kpis.errors import SourceError, nearest

SCOPE = "https://www.googleapis.com/auth/spreadsheets.readonly"
GOOGLE = "https://sheets.googleapis.com"
CONNECT_SECONDS, ANSWER_SECONDS = 10, 60

# gspread's own BackOffHTTPClient calls itself not production ready, and ignores Retry-After.
RETRY = Retry(
    total=4,
    connect=1,
    read=1,
    status_forcelist=(429, 500, 502, 503, 504),
    allowed_methods=("GET",),
    backoff_factor=2,
    retry_after_max=60,
    raise_on_status=False,
)
"""Five tries over about half a minute: Google's quotas are per minute, its hiccups shorter."""


def read(
    name: str,
    source: SheetsSource,
    requests: Mapping[str, TableSettings],
    folder: Path,
    progress: Progress,
) -> dict[str, RawTable]:
    """Read the worksheets of ``requests`` from one spreadsheet, all in one batch.

    The first row that is not blank is the header; columns without one are left out, and so are
    blank rows, but row numbers stay those of the sheet. Cells are text, numbers, booleans or
    None; a date is its serial number.

    Raises SourceError (no access, no such spreadsheet or worksheet, no header, Google not
    reachable) and SettingsError (no usable service account key).
    """
    key = service_account(source.credentials, folder, f"Source '{name}', credentials")
    spreadsheet = _spreadsheet_id(name, source.spreadsheet)
    with _problems(name, source, spreadsheet, key):
        client = _Client(_session(name, source, key), source.api)
        known = _worksheets(client.fetch_sheet_metadata(spreadsheet))
        titles = {table: request.from_ or "" for table, request in requests.items()}
        _check_titles(name, titles, known)
        wanted = list(dict.fromkeys(titles.values()))
        values = dict(zip(wanted, _values(client, spreadsheet, wanted), strict=True))
    tables = {}
    for table, title in titles.items():
        tables[table] = _table(name, title, values[title])
        progress(table, len(tables[table].frame))
    return tables


@contextmanager
def _problems(
    name: str, source: SheetsSource, spreadsheet: str, key: Mapping[str, Any]
) -> Iterator[None]:
    """Turn what Google, or the way there, refuses into a SourceError."""
    try:
        yield
    except APIError as error:
        raise SourceError(f"Source '{name}': {_refusal(error, spreadsheet, key)}") from None
    except RefreshError as error:
        raise SourceError(
            f"Source '{name}': Google refuses the login of {key['client_email']} "
            f"({_first_line(error.args[0])}). The key behind '{source.credentials}' may be "
            "deleted or disabled, or this machine's clock wrong: make a new key in the Google "
            "Cloud console, or set the clock."
        ) from None
    except (GoogleAuthError, RequestException) as error:
        raise SourceError(
            f"Source '{name}': Google Sheets cannot be reached at {source.api} "
            f"({type(error).__name__}). Check this machine's connection and proxy to it and to "
            f"{key.get('token_uri', 'Google')}."
        ) from None


class _Client(HTTPClient):
    """gspread's client, speaking to the API's address of the settings."""

    def __init__(self, session: AuthorizedSession, api: str) -> None:
        super().__init__(session.credentials, session)
        self.api = api.rstrip("/")
        self.set_timeout((CONNECT_SECONDS, ANSWER_SECONDS))

    def request(self, method: str, endpoint: str, *args: Any, **options: Any) -> Response:
        endpoint = self.api + endpoint.removeprefix(GOOGLE)
        try:
            return super().request(method, endpoint, *args, **options)
        except (KeyError, TypeError):
            # gspread expects every error to have Google's shape; a gateway's own has not.
            raise RequestException("an error that is not Google's") from None


def _session(name: str, source: SheetsSource, key: dict[str, Any]) -> AuthorizedSession:
    try:
        credentials = Credentials.from_service_account_info(  # type: ignore[no-untyped-call]  # google-auth's
            key, scopes=[SCOPE]
        )
    except ValueError:
        raise SourceError(
            f"Source '{name}': the service account's key behind '{source.credentials}' is "
            "damaged. Download it again from the Google Cloud console, and keep the line breaks "
            "of its private_key."
        ) from None
    session = AuthorizedSession(credentials)  # type: ignore[no-untyped-call]  # not typed, either
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(max_retries=RETRY))
    return session


def _spreadsheet_id(name: str, spreadsheet: str) -> str:
    text = spreadsheet.strip()
    # With several Google accounts the address says which, /u/1/; one with /d/e/ is a publication.
    address = re.search(r"/spreadsheets/(?:u/\d+/)?d/(?!e/)([\w-]+)", text)
    found = address[1] if address else text
    if not re.fullmatch(r"[\w-]+", found):
        raise SourceError(
            f"Source '{name}': '{spreadsheet}' is no spreadsheet. Copy its address from the "
            "browser, such as https://docs.google.com/spreadsheets/d/1AbC…/edit."
        )
    return found


def _worksheets(metadata: Mapping[str, Any]) -> list[str]:
    """The titles of the worksheets; a chart on a sheet of its own has no cells."""
    properties = [sheet["properties"] for sheet in metadata["sheets"]]
    return [sheet["title"] for sheet in properties if sheet.get("sheetType") != "OBJECT"]


def _check_titles(name: str, titles: Mapping[str, str], known: Sequence[str]) -> None:
    for table, title in titles.items():
        if title not in known:
            hint = nearest(title, known)
            if not hint.startswith("Known:"):
                hint += f" Its worksheets: {', '.join(known)}."
            raise SourceError(
                f"Source '{name}': the spreadsheet has no worksheet '{title}' for {table}. {hint}"
            )


def _values(client: _Client, spreadsheet: str, titles: list[str]) -> list[list[list[Any]]]:
    # In quotes, or a worksheet called D3 or FY2026 would be read as a cell of the first one.
    answer = client.values_batch_get(
        spreadsheet,
        [absolute_range_name(title) for title in titles],
        params={
            "valueRenderOption": "UNFORMATTED_VALUE",
            "dateTimeRenderOption": "SERIAL_NUMBER",
        },
    )
    return [found.get("values", []) for found in answer["valueRanges"]]


def _table(name: str, title: str, values: list[list[Any]]) -> RawTable:
    place = f"worksheet '{title}'"
    rows = [[None if _is_blank(cell) else cell for cell in row] for row in values]
    filled = [number for number, row in enumerate(rows, start=1) if any(c is not None for c in row)]
    if not filled:
        raise SourceError(
            f"Source '{name}': {place} is empty. Its first row must name the columns."
        )
    header_row, *below = filled
    # A header that stands twice does so in the frame: the mapping knows whether it is needed.
    header = rows[header_row - 1]
    headers = {at: str(cell).strip() for at, cell in enumerate(header) if cell is not None}
    # Google leaves out the blank cells at the end of a row.
    records = {
        number: [row[at] if at < len(row) else None for at in headers]
        for number, row in ((number, rows[number - 1]) for number in below)
    }
    # A remark beside the table, in a column without a header, makes no row of the table.
    kept = [n for n, record in records.items() if any(cell is not None for cell in record)]
    frame = pd.DataFrame([records[n] for n in kept], columns=list(headers.values()), dtype=object)
    return RawTable(frame, np.array(kept, dtype=np.int64), place, serial_dates=True)


def _is_blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _refusal(error: APIError, spreadsheet: str, key: Mapping[str, Any]) -> str:
    """What Google's answer means, and what to do."""
    text = _first_line(error.error["message"]).rstrip(".")
    match error.response.status_code:
        case 403 if "has not been used" in text or "is disabled" in text:
            return f"the Google Sheets API is not enabled. Google says: {text}."
        case 403:
            return (
                f"Google denies access to spreadsheet '{spreadsheet}' (403: {text}). Share it "
                f"with the service account, {key['client_email']}, as a viewer."
            )
        case 404:
            return (
                f"there is no spreadsheet '{spreadsheet}' (404: {text}). Check its address in "
                f"the settings, and that it is shared with {key['client_email']}."
            )
        case 401:
            return (
                f"Google does not accept the login of {key['client_email']} (401: {text}). Make "
                "a new key in the Google Cloud console."
            )
        case 429:
            return (
                f"Google's quota is used up, also after {RETRY.total} more tries (429: {text}). "
                "Refresh less often, or ask for a higher quota in the Google Cloud console."
            )
        case status if status >= 500:
            return (
                f"Google Sheets fails at the moment, also after {RETRY.total} more tries "
                f"({status}: {text}). Try again in some minutes."
            )
        case status:
            return (
                f"Google does not accept the request for spreadsheet '{spreadsheet}' ({status}: "
                f"{text}). Check that it is a Google spreadsheet; an Excel file on Google Drive "
                "must first be saved as one."
            )


def _first_line(text: object) -> str:
    """One line at most: a proxy may answer with a whole page of HTML."""
    lines = [line.strip() for line in str(text).splitlines() if line.strip()]
    return lines[0][:300] if lines else "no reason given"
