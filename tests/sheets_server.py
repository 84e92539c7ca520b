"""A Google Sheets of our own: the calls of its API that Alliance uses, over real HTTP.

It speaks POST /token (a JWT signed by a service account's key buys an access token), GET
/v4/spreadsheets/{id} (metadata) and GET /v4/spreadsheets/{id}/values:batchGet, with the bodies
that Google gives, errors included; a test compares them with recorded answers.

    with SheetsServer() as sheets:
        sheets.add("sheet-1", {"Leads": [["id", "created"], ["a", 45000]]})
        settings = f'api = "{sheets.url}"', and sheets.key as the service account's key
"""

import functools
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import jwt

from tests.sheets_content import Refusal, Spreadsheet, masked, metadata, values

CLIENT_EMAIL = "alliance@example-project.iam.gserviceaccount.com"
SPREADSHEETS = "/v4/spreadsheets/"
TOKEN = "ya29.an-access-token"
"""What a login buys."""

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


@dataclass
class Failure:
    """An answer to give instead of the right one, ``times`` times (None: always).

    cut: the right one, of which the second half never comes. silent: none, until the end.
    """

    status: int
    times: int | None = None
    retry_after: int | None = None
    message: str | None = None
    body: bytes | None = None
    cut: bool = False
    silent: bool = False


class SheetsServer:
    """The server; ``requests`` lists the paths that were asked for, query included.

    before: called with each path before it is answered, as somebody who edits meanwhile.
    """

    def __init__(self) -> None:
        self.spreadsheets: dict[str, Spreadsheet] = {}
        self.recorded: dict[str, Any] = {}
        self.failures: list[Failure] = []
        self.token_failures: list[Failure] = []
        self.requests: list[str] = []
        self.before: Callable[[str], object] = len
        self.ended = threading.Event()
        self.pause = 0.0
        handler = functools.partial(_Handler, self)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)  # type: ignore[arg-type]  # a partial
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> "SheetsServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
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

    def cut(self, times: int | None = None) -> None:
        """Drop the connection in the middle of each answer, ``times`` times."""
        self.failures.append(Failure(200, times, cut=True))

    def fall_silent(self, times: int | None = None) -> None:
        """Take requests, and answer nothing, ``times`` times."""
        self.failures.append(Failure(200, times, silent=True))

    def trickle(self, pause: float) -> None:
        """Send each answer in 200 parts, with so many seconds between two of them."""
        self.pause = pause

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


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

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
        token = {"access_token": TOKEN, "expires_in": 3599, "token_type": "Bearer"}
        return self._send(200, token)

    def do_GET(self) -> None:
        self.sheets.requests.append(self.path)
        self.sheets.before(self.path)
        cut = False
        for failure in self.sheets.failures:
            if failure.times is None or failure.times > 0:
                failure.times = None if failure.times is None else failure.times - 1
                cut = failure.cut
                if failure.silent:
                    self.close_connection = True
                    self.sheets.ended.wait()
                    return
                if not cut:
                    return self._fail(failure)
        try:
            self._send(200, self._answer(), cut=cut)
        except Refusal as refusal:
            self._fail(Failure(refusal.status, message=refusal.message))

    def _answer(self) -> Any:
        if self.headers["Authorization"] != f"Bearer {TOKEN}":
            raise Refusal(401)
        url = urlsplit(self.path)
        if not url.path.startswith(SPREADSHEETS):
            raise Refusal(404)
        name, _, call = unquote(url.path.removeprefix(SPREADSHEETS)).partition("/")
        query = parse_qs(url.query)
        if url.path.removeprefix(SPREADSHEETS) in self.sheets.recorded:
            return self.sheets.recorded[url.path.removeprefix(SPREADSHEETS)]
        if name not in self.sheets.spreadsheets:
            raise Refusal(404)
        spreadsheet = self.sheets.spreadsheets[name]
        match call:
            case "":
                return masked(metadata(name, spreadsheet), query.get("fields", ["*"])[0])
            case "values:batchGet":
                ranges = [values(spreadsheet, range_, query) for range_ in query["ranges"]]
                return {"spreadsheetId": name, "valueRanges": ranges}
        raise Refusal(404)

    def _fail(self, failure: Failure) -> None:
        status, message = ERRORS.get(failure.status, ("UNKNOWN", "Unknown Error."))
        error = {"code": failure.status, "message": failure.message or message, "status": status}
        body = failure.body if failure.body is not None else {"error": error}
        self._send(failure.status, body, failure.retry_after)

    def _send(
        self, status: int, content: Any, retry_after: int | None = None, cut: bool = False
    ) -> None:
        raw = isinstance(content, bytes)
        body = content if raw else json.dumps(content, indent=2, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if raw else "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        if retry_after is not None:
            self.send_header("Retry-After", str(retry_after))
        self.end_headers()
        sent = body[: len(body) // 2] if cut else body
        parts = 200 if self.sheets.pause and self.command == "GET" else 1
        size = len(sent) // parts + 1
        for start in range(0, len(sent), size):
            self.wfile.write(sent[start : start + size])
            self.sheets.ended.wait(self.sheets.pause)
        self.close_connection |= cut
