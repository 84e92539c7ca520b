"""The way to the API of Google Sheets: login, tries, and what to do when Google refuses."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from google.auth.exceptions import GoogleAuthError, RefreshError
from google.auth.transport.requests import AuthorizedSession
from google.oauth2.service_account import Credentials
from gspread.exceptions import APIError
from gspread.http_client import HTTPClient
from requests import RequestException, Response
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from connectors.settings.settings import SheetsSource
from kpis.errors import SourceError

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


@contextmanager
def problems(
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


def session(name: str, source: SheetsSource, key: dict[str, Any]) -> AuthorizedSession:
    """Return a session that logs in with the service account's ``key`` and tries again.

    Raises SourceError when the key is damaged.
    """
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
    found = AuthorizedSession(credentials)  # type: ignore[no-untyped-call]  # not typed, either
    for scheme in ("https://", "http://"):
        found.mount(scheme, HTTPAdapter(max_retries=RETRY))
    return found


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
