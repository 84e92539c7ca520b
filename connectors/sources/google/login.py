"""Who asks Google: a service account, or the application default credentials of the machine."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import google.auth
from google.auth.exceptions import DefaultCredentialsError
from google.oauth2.service_account import Credentials

from connectors.settings.secrets import service_account
from connectors.settings.settings import DEFAULT_CREDENTIALS, SheetsSource
from kpis.errors import SourceError

SCOPE = "https://www.googleapis.com/auth/spreadsheets.readonly"
_LOG_IN = f"gcloud auth application-default login --scopes=openid,{SCOPE}"


@dataclass(frozen=True)
class Login:
    """A login at Google; ``str()`` is whose it is.

    account: the e-mail address to share a spreadsheet with, "" where that is not known before the
    login. at: where it is made. remedy: what to do where Google refuses it.
    """

    credentials: Any
    account: str
    at: str
    remedy: str

    def __str__(self) -> str:
        return self.account or "the application default credentials"


def login_of(name: str, source: SheetsSource, folder: Path) -> Login:
    """The login of a source; nothing is asked of Google yet, but who a machine of Google's is.

    Raises SettingsError (no usable key behind the reference) and SourceError (a damaged key, no
    application default credentials).
    """
    if source.credentials == DEFAULT_CREDENTIALS:
        return _default_login(name)
    key = service_account(source.credentials, folder, f"Source '{name}', credentials")
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
    return Login(
        credentials,
        str(key["client_email"]),
        str(key.get("token_uri", "Google")),
        f"The key behind '{source.credentials}' may be deleted or disabled, or this machine's "
        "clock wrong: make a new key in the Google Cloud console, or set the clock.",
    )


def _default_login(name: str) -> Login:
    try:
        credentials, _ = google.auth.default(scopes=[SCOPE])
    except DefaultCredentialsError:  # what it says may quote the file
        raise SourceError(
            f"Source '{name}': this machine has no usable application default credentials. Run "
            f"'{_LOG_IN}', name the file of a key in GOOGLE_APPLICATION_CREDENTIALS, or name a "
            "service account's key in 'credentials'."
        ) from None
    account = str(getattr(credentials, "service_account_email", ""))
    return Login(
        credentials,
        account if "@" in account else "",  # of a machine of Google's, "default" until it asks
        str(getattr(credentials, "token_uri", None) or "Google"),
        f"They may be expired or revoked, or lack the right to read spreadsheets: run '{_LOG_IN}'.",
    )
