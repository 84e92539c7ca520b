"""The way to the API of Google Sheets: login, tries, and what to do when Google refuses."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from google.auth.exceptions import GoogleAuthError, RefreshError
from google.auth.transport.requests import AuthorizedSession
from gspread.exceptions import APIError
from gspread.http_client import HTTPClient
from requests import PreparedRequest, RequestException, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import ChunkedEncodingError, ConnectionError, ReadTimeout
from urllib3.exceptions import HTTPError, InvalidHeader
from urllib3.util import Retry

from connectors.settings.settings import SheetsSource
from connectors.sources.google.login import Login
from kpis.errors import SourceError

GOOGLE = "https://sheets.googleapis.com"
CONNECT_SECONDS, ANSWER_SECONDS = 10, 60
TOTAL_SECONDS = 300
"""How long one spreadsheet may take in all, waits and tries included."""
PAUSES = (0.2, 4, 8, 16)
"""Seconds before each more try: Google's quotas are per minute, its hiccups shorter."""
BROKEN_TRIES = 2
"""How often a request is sent whose connection fails, breaks or is silent."""
_TRIED_AGAIN = (429, 500, 502, 503, 504)
_PIECE = 65_536


@contextmanager
def problems(name: str, source: SheetsSource, spreadsheet: str, login: Login) -> Iterator[None]:
    """Turn what Google, or the way there, refuses into a SourceError."""
    try:
        yield
    except APIError as error:
        raise SourceError(f"Source '{name}': {_refusal(error, spreadsheet, login)}") from None
    except RefreshError as error:
        raise SourceError(
            f"Source '{name}': Google refuses the login of {login} "
            f"({_first_line(error.args[0])}). {login.remedy}"
        ) from None
    except (GoogleAuthError, RequestException) as error:
        raise SourceError(
            f"Source '{name}': Google Sheets cannot be reached at {source.api} "
            f"({type(error).__name__}). Check this machine's connection and proxy to it and to "
            f"{login.at}."
        ) from None


class Client(HTTPClient):
    """gspread's client, speaking to the API's address of the settings."""

    def __init__(self, session: AuthorizedSession, api: str) -> None:
        super().__init__(session.credentials, session)
        self.api = api.rstrip("/")
        self.set_timeout((CONNECT_SECONDS, ANSWER_SECONDS))

    def request(self, method: str, endpoint: str, *args: Any, **options: Any) -> Response:
        """Ask for what gspread asks for, at that address."""
        endpoint = self.api + endpoint.removeprefix(GOOGLE)
        try:
            return super().request(method, endpoint, *args, **options)
        except (KeyError, TypeError):
            # gspread expects every error to have Google's shape; a gateway's own has not.
            raise RequestException("an error that is not Google's") from None


class _Adapter(HTTPAdapter):
    """Reads whole answers, tries again, and gives up in time, however slowly an answer comes.

    urllib3's own tries end with the head of an answer, and know no limit of all together.
    """

    def __init__(self) -> None:
        super().__init__()
        self.until = time.monotonic() + TOTAL_SECONDS

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        """The answer, whatever it says, of the last try."""
        broken = 0
        for pause in (*PAUSES, None):
            try:
                answer = self._whole(request, {**options, "stream": True})
            except (ConnectionError, ReadTimeout, ChunkedEncodingError):
                broken += 1
                if pause is None or broken == BROKEN_TRIES or not self._waited(pause):
                    raise
            else:
                if pause is None or answer.status_code not in _TRIED_AGAIN:
                    return answer
                if not self._waited(_asked_pause(answer) or pause):
                    return answer
        raise AssertionError("the last try returns or raises")

    def _whole(self, request: PreparedRequest, options: dict[str, Any]) -> Response:
        left = max(0.1, self.until - time.monotonic())
        options["timeout"] = (min(CONNECT_SECONDS, left), min(ANSWER_SECONDS, left))
        answer = super().send(request, **options)
        pieces = []
        try:
            while piece := answer.raw.read1(_PIECE, decode_content=True):
                pieces.append(piece)
                if time.monotonic() > self.until:
                    answer.close()
                    raise ReadTimeout("the answer takes too long")
        except HTTPError:
            answer.close()
            raise ChunkedEncodingError("the answer breaks off") from None
        answer.raw = BytesIO(b"".join(pieces))
        return answer

    def _waited(self, pause: float) -> bool:
        """Wait so many seconds, if that many are left."""
        if time.monotonic() + pause > self.until:
            return False
        time.sleep(pause)
        return True


def _asked_pause(answer: Response) -> float | None:
    """The seconds after which Google asks to be asked again, if it names them."""
    try:
        return Retry(retry_after_max=86_400).parse_retry_after(answer.headers["Retry-After"])
    except (KeyError, InvalidHeader):
        return None


def session(login: Login) -> AuthorizedSession:
    """A session that logs in, tries again, and takes TOTAL_SECONDS at most from now on."""
    found = AuthorizedSession(login.credentials)  # type: ignore[no-untyped-call]  # google-auth's
    adapter = _Adapter()
    for scheme in ("https://", "http://"):
        found.mount(scheme, adapter)
    return found


def _refusal(error: APIError, spreadsheet: str, login: Login) -> str:
    """What Google's answer means, and what to do."""
    text = _first_line(error.error["message"]).rstrip(".")
    match error.response.status_code:
        case 403 if "has not been used" in text or "is disabled" in text:
            return f"the Google Sheets API is not enabled. Google says: {text}."
        case 403:
            return (
                f"Google denies access to spreadsheet '{spreadsheet}' (403: {text}). Share it "
                f"with {_whom(login)} as a viewer."
            )
        case 404:
            return (
                f"there is no spreadsheet '{spreadsheet}' (404: {text}). Check its address in "
                f"the settings, and that it is shared with {_whom(login)}."
            )
        case 401:
            return f"Google does not accept the login of {login} (401: {text}). {login.remedy}"
        case 429:
            after = error.response.headers.get("Retry-After")
            when = f" Google asks to wait {after} s." if after and after.isdigit() else ""
            return (
                f"Google's quota is used up, also after up to {len(PAUSES)} more tries "
                f"(429: {text}).{when} Refresh less often, or ask for a higher quota in the Google "
                "Cloud console."
            )
        case status if status >= 500:
            return (
                f"Google Sheets fails at the moment, also after {len(PAUSES)} more tries "
                f"({status}: {text}). Try again in some minutes."
            )
        case status:
            return (
                f"Google does not accept the request for spreadsheet '{spreadsheet}' ({status}: "
                f"{text}). Check that it is a Google spreadsheet; an Excel file on Google Drive "
                "must first be saved as one."
            )


def _whom(login: Login) -> str:
    if login.account:
        return f"the service account, {login.account},"
    return "the account of the application default credentials"


def _first_line(text: object) -> str:
    """One line at most: a proxy may answer with a whole page of HTML."""
    lines = [line.strip() for line in str(text).splitlines() if line.strip()]
    return lines[0][:300] if lines else "no reason given"
