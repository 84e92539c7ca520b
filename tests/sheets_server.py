"""A Google Sheets of our own: the calls of its API that Alliance uses, over real HTTP.

It speaks POST /token (a JWT signed by a service account's key buys an access token), GET
/v4/spreadsheets/{id} (metadata) and GET /v4/spreadsheets/{id}/values:batchGet, with the bodies
that Google gives, errors included; a test compares them with recorded answers.

    with SheetsServer() as sheets:
        sheets.add("sheet-1", {"Leads": [["id", "created"], ["a", 45000]]})
        settings = f'api = "{sheets.url}"', and sheets.key as the service account's key
"""

import csv
import functools
import json
import re
import threading
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import jwt
from gspread.utils import a1_range_to_grid_range, rowcol_to_a1

CLIENT_EMAIL = "alliance@example-project.iam.gserviceaccount.com"
SPREADSHEETS = "/v4/spreadsheets/"

ERRORS = {
    400: ("INVALID_ARGUMENT", "Request contains an invalid argument."),
    401: (
        "UNAUTHENTICATED",
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login "
        "cookie or other valid authentication credential.",
    ),
    403: ("PERMISSION_DENIED", "The caller does not have permission"),
    404: ("NOT_FOUND", "Requested entity was not found."),
    429: (
        "RESOURCE_EXHAUSTED",
        "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute per "
        "user' of service 'sheets.googleapis.com' for consumer 'project_number:123456789'.",
    ),
    500: ("INTERNAL", "Internal error encountered."),
    503: ("UNAVAILABLE", "The service is currently unavailable."),
}


@dataclass(frozen=True)
class Formatted:
    """A cell whose number is shown in another way: ``Formatted(1200.5, "$1,200.50")``."""

    value: float
    text: str
    is_date: bool = False


@dataclass
class Failure:
    """An answer to give instead of the right one, ``times`` times (None: always)."""

    status: int
    times: int | None = None
    retry_after: int | None = None
    message: str | None = None
    body: bytes | None = None


@dataclass
class Spreadsheet:
    """Worksheets as rows of cells; ``grids`` are the sizes of those larger than their content.

    merges: by worksheet the ranges that are merged, such as ``B2:B4``.
    """

    worksheets: dict[str, list[list[Any]]]
    grids: dict[str, tuple[int, int]] = field(default_factory=dict)
    charts: tuple[str, ...] = ()
    merges: dict[str, list[str]] = field(default_factory=dict)


class SheetsServer:
    """The server; ``requests`` lists the paths that were asked for, query included."""

    def __init__(self) -> None:
        self.spreadsheets: dict[str, Spreadsheet] = {}
        self.recorded: dict[str, Any] = {}
        self.failures: list[Failure] = []
        self.token_failures: list[Failure] = []
        self.requests: list[str] = []
        handler = functools.partial(_Handler, self)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)  # type: ignore[arg-type]  # a partial
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> "SheetsServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """The base address, for the setting ``api``."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def key(self) -> dict[str, str]:
        """A service account's key as Google hands it out, but for this server's ``token_uri``."""
        return {
            "type": "service_account",
            "project_id": "example-project",
            "private_key_id": "key-1",
            "private_key": _key_pair()[0],
            "client_email": CLIENT_EMAIL,
            "client_id": "100000000000000000000",
            "token_uri": f"{self.url}/token",
        }

    def add(
        self,
        spreadsheet: str,
        worksheets: dict[str, list[list[Any]]],
        grids: dict[str, tuple[int, int]] | None = None,
        charts: tuple[str, ...] = (),
        merges: dict[str, list[str]] | None = None,
    ) -> None:
        """Hold a spreadsheet; dates in its cells are serial numbers, as Sheets holds them."""
        self.spreadsheets[spreadsheet] = Spreadsheet(worksheets, grids or {}, charts, merges or {})

    def replay(self, spreadsheet: str, metadata: Any, values: Any) -> None:
        """Hold a spreadsheet whose answers were recorded: metadata, and one range of values."""
        answer = {"spreadsheetId": spreadsheet, "valueRanges": [values]}
        self.recorded |= {spreadsheet: metadata, f"{spreadsheet}/values:batchGet": answer}

    def fail(
        self,
        status: int,
        times: int | None = None,
        retry_after: int | None = None,
        message: str | None = None,
        body: bytes | None = None,
    ) -> None:
        """Answer with an error, ``times`` times, before giving right answers (again)."""
        self.failures.append(Failure(status, times, retry_after, message, body))

    def refuse_tokens(self) -> None:
        """Give no more access tokens, as when the key was deleted."""
        self.token_failures.append(Failure(400))


@functools.cache
def _key_pair() -> tuple[str, str]:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return (
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode(),
        private.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode(),
    )


class _Refusal(Exception):
    def __init__(self, status: int, message: str | None = None) -> None:
        self.status, self.message = status, message


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    TOKEN = "ya29.an-access-token"

    def __init__(self, sheets: SheetsServer, *args: Any) -> None:
        self.sheets = sheets
        super().__init__(*args)

    def log_message(self, *_: object) -> None:
        pass

    def do_POST(self) -> None:
        self.sheets.requests.append(self.path)
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        refusal = {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}
        if self.path != "/token" or self.sheets.token_failures:
            return self._send(400, refusal)
        try:
            # The login is meant for Google, whatever token_uri it is sent to.
            google = "https://oauth2.googleapis.com/token"
            claims = jwt.decode(form["assertion"][0], certs=_key_pair()[1], audience=google)
        except ValueError:
            return self._send(400, refusal)
        if claims["iss"] != CLIENT_EMAIL or "spreadsheets" not in claims["scope"]:
            return self._send(400, {"error": "invalid_scope"})
        token = {"access_token": self.TOKEN, "expires_in": 3599, "token_type": "Bearer"}
        return self._send(200, token)

    def do_GET(self) -> None:
        self.sheets.requests.append(self.path)
        for failure in self.sheets.failures:
            if failure.times is None or failure.times > 0:
                failure.times = None if failure.times is None else failure.times - 1
                return self._fail(failure)
        try:
            self._send(200, self._answer())
        except _Refusal as refusal:
            self._fail(Failure(refusal.status, message=refusal.message))

    def _answer(self) -> Any:
        if self.headers["Authorization"] != f"Bearer {self.TOKEN}":
            raise _Refusal(401)
        url = urlsplit(self.path)
        if not url.path.startswith(SPREADSHEETS):
            raise _Refusal(404)
        name, _, call = unquote(url.path.removeprefix(SPREADSHEETS)).partition("/")
        query = parse_qs(url.query)
        if url.path.removeprefix(SPREADSHEETS) in self.sheets.recorded:
            return self.sheets.recorded[url.path.removeprefix(SPREADSHEETS)]
        if name not in self.sheets.spreadsheets:
            raise _Refusal(404)
        spreadsheet = self.sheets.spreadsheets[name]
        match call:
            case "":
                return _masked(metadata(name, spreadsheet), query.get("fields", ["*"])[0])
            case "values:batchGet":
                ranges = [_values(spreadsheet, range_, query) for range_ in query["ranges"]]
                return {"spreadsheetId": name, "valueRanges": ranges}
        raise _Refusal(404)

    def _fail(self, failure: Failure) -> None:
        status, message = ERRORS.get(failure.status, ("UNKNOWN", "Unknown Error."))
        error = {"code": failure.status, "message": failure.message or message, "status": status}
        body = failure.body if failure.body is not None else {"error": error}
        self._send(failure.status, body, failure.retry_after)

    def _send(self, status: int, content: Any, retry_after: int | None = None) -> None:
        raw = isinstance(content, bytes)
        body = content if raw else json.dumps(content, indent=2, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if raw else "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        if retry_after is not None:
            self.send_header("Retry-After", str(retry_after))
        self.end_headers()
        self.wfile.write(body)


def metadata(name: str, spreadsheet: Spreadsheet) -> dict[str, Any]:
    """What ``GET /v4/spreadsheets/{id}?includeGridData=false`` says."""
    sheets: list[dict[str, Any]] = []
    for index, title in enumerate([*spreadsheet.worksheets, *spreadsheet.charts]):
        properties = {"sheetId": 1000 * index, "title": title, "index": index}
        if title in spreadsheet.charts:
            properties |= {"sheetType": "OBJECT"}
        else:
            rows, columns = _grid(spreadsheet, title)
            grid = {"rowCount": rows, "columnCount": columns}
            properties |= {"sheetType": "GRID", "gridProperties": grid}
        sheet = {"properties": properties}
        if merged := spreadsheet.merges.get(title):
            sheet["merges"] = [_grid_range(properties["sheetId"], range_) for range_ in merged]
        sheets.append(sheet)
    return {
        "spreadsheetId": name,
        "properties": {
            "title": f"Spreadsheet {name}",
            "locale": "en_US",
            "autoRecalc": "ON_CHANGE",
            "timeZone": "Etc/GMT",
        },
        "sheets": sheets,
        "spreadsheetUrl": f"https://docs.google.com/spreadsheets/d/{name}/edit",
    }


def _grid_range(sheet: int, range_: str) -> dict[str, int]:
    """A range as Google writes it: the first worksheet's id, which is 0, is left out."""
    box: dict[str, int] = a1_range_to_grid_range(range_)
    return {**({"sheetId": sheet} if sheet else {}), **box}


def _masked(content: Any, mask: str) -> Any:
    """Only the fields of ``mask``, such as ``sheets(properties(title),merges)``."""
    if mask == "*":
        return content
    if isinstance(content, list):
        return [_masked(item, mask) for item in content]
    found = {}
    for name, inner in _fields(mask):
        if name in content:
            found[name] = _masked(content[name], inner) if inner else content[name]
    return found


def _fields(mask: str) -> list[tuple[str, str]]:
    """Each field of a mask with the mask of what is in it, which may be blank."""
    parts, depth = [""], 0
    for sign in mask:
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [(part.partition("(")[0], part.partition("(")[2][:-1]) for part in parts]


def _grid(spreadsheet: Spreadsheet, title: str) -> tuple[int, int]:
    cells = spreadsheet.worksheets[title]
    return spreadsheet.grids.get(title, (max(len(cells), 1), max(map(len, cells), default=0) or 1))


def _values(spreadsheet: Spreadsheet, range_: str, query: dict[str, list[str]]) -> dict[str, Any]:
    title, cells_of = _split_range(spreadsheet, range_)
    rows, columns = _grid(spreadsheet, title)
    # Of a range such as A:A, gspread leaves out the ends that are open.
    box = a1_range_to_grid_range(cells_of) if cells_of else {}
    top, left = box.get("startRowIndex", 0), box.get("startColumnIndex", 0)
    bottom, right = box.get("endRowIndex", rows), box.get("endColumnIndex", columns)
    rendered = [
        _trimmed([_rendered(cell, query) for cell in row[left:right]])
        for row in spreadsheet.worksheets[title][top:bottom]
    ]
    while rendered and not rendered[-1]:
        rendered.pop()
    # As recorded: Sheet1 stands bare, 'D3' and titles with other characters in quotes.
    plain = re.fullmatch(r"[A-Za-z_]\w*", title) and not _is_cell(title)
    shown = title if plain and title.isascii() else "'" + title.replace("'", "''") + "'"
    where = f"{shown}!{rowcol_to_a1(top + 1, left + 1)}:{rowcol_to_a1(bottom, right)}"
    answer: dict[str, Any] = {"range": where, "majorDimension": "ROWS"}
    return {**answer, "values": rendered} if rendered else answer


def _split_range(spreadsheet: Spreadsheet, range_: str) -> tuple[str, str]:
    """The worksheet and the cells that a range means; a bare ``D3`` is a cell, no worksheet."""
    quoted = re.fullmatch(r"'((?:[^']|'')*)'(?:!(.+))?", range_)
    if quoted:
        title, cells = quoted[1].replace("''", "'"), quoted[2] or ""
    elif "!" in range_:
        title, _, cells = range_.rpartition("!")
    elif _is_cell(range_):
        title, cells = next(iter(spreadsheet.worksheets)), range_
    else:
        title, cells = range_, ""
    if title not in spreadsheet.worksheets:
        raise _Refusal(400, f"Unable to parse range: {range_}")
    return title, cells


def _is_cell(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z]{1,3}[0-9]{1,7}(:[A-Za-z]{1,3}[0-9]{1,7})?", text) is not None


def _rendered(cell: Any, query: dict[str, list[str]]) -> Any:
    unformatted = query.get("valueRenderOption", [""]) == ["UNFORMATTED_VALUE"]
    as_text = query.get("dateTimeRenderOption", [""]) == ["FORMATTED_STRING"]
    if cell is None:
        return ""
    if isinstance(cell, Formatted):
        return cell.value if unformatted and not (cell.is_date and as_text) else cell.text
    if unformatted or isinstance(cell, str):
        return cell
    return str(cell).upper() if isinstance(cell, bool) else str(cell)


def _trimmed(row: list[Any]) -> list[Any]:
    while row and row[-1] == "":
        row = row[:-1]
    return row


def cells_from_csv(path: Path, dates: Collection[str] = ()) -> list[list[Any]]:
    """What Sheets holds after importing a CSV file: numbers as numbers, ISO dates as serials.

    dates: the columns that hold dates or times; a serial is the number of days since 1899-12-30.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = list(csv.reader(file))
    is_date = [column in dates for column in header]
    return [header] + [
        [_held(text, date) for text, date in zip(row, is_date, strict=True)] for row in rows
    ]


def _held(text: str, date: bool) -> Any:
    if date and text:
        since = datetime.fromisoformat(text) - datetime(1899, 12, 30)
        days = since.total_seconds() / 86_400
        return int(days) if days.is_integer() else days
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?\d+\.\d+", text) else text
