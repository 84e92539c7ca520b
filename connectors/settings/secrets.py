"""Secrets: looked up by reference when a connection is made, and kept out of every message."""

import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

from kpis.errors import SettingsError, nearest

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

REFERENCES = ("env:", "secrets:")

_SECRET_NAME = re.compile(
    r"(pass(word|wd|phrase)?|pwd|secret|token|(?<!ssl)(?<!ssl_)key|cred\w*(?<!_path))$", re.I
)
"""The end of an option's name that holds a secret; ``sslkey``, ``credentials_path`` name files."""
_ODBC_OPTION = re.compile(r"(?:^|;)\s*(\w+)\s*=\s*(?:\{([^}]*)\}|([^;]*))")

SECRETS_FILE = Path(".streamlit") / "secrets.toml"


def secret(reference: str, folder: Path, where: str) -> Any:
    """Return what a reference stands for; a value that is no reference is returned as it is.

    where: the source and the key that refer to it; an error begins with it.

    ``env:NAME`` is an environment variable, ``secrets:NAME`` a key of ``.streamlit/secrets.toml``
    beside the settings file or in the working folder; dots in NAME step into its tables.

    Raises SettingsError that names where, the reference and the remedy, never a value.
    """
    if reference.startswith("env:"):
        name = reference.removeprefix("env:")
        if not os.environ.get(name):
            raise SettingsError(
                f"{where}: '{reference}' refers to the environment variable {name}, which is not "
                "set. Set it where Alliance is started."
            )
        return os.environ[name]
    if reference.startswith("secrets:"):
        return _from_file(reference.removeprefix("secrets:"), folder, where)
    return reference


def _from_file(name: str, folder: Path, where: str) -> Any:
    file = next((f for f in (folder / SECRETS_FILE, SECRETS_FILE) if f.is_file()), None)
    if file is None:
        raise SettingsError(
            f"{where}: 'secrets:{name}' refers to {SECRETS_FILE}, which does not exist beside the "
            f"settings file ({folder}) nor in the working folder. Create it with the key '{name}'."
        )
    try:
        found: Any = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise SettingsError(
            f"{where}: {file} is not valid TOML, so 'secrets:{name}' cannot be read."
        ) from None
    for part in name.split("."):
        if not isinstance(found, dict) or part not in found:
            known = found if isinstance(found, dict) else {}
            raise SettingsError(
                f"{where}: {file} has no key '{name}'. {nearest(part, known)}".rstrip()
            )
        found = found[part]
    return found


def service_account(reference: str, folder: Path, where: str) -> dict[str, Any]:
    """Return the service account's key behind ``reference``: a TOML table, JSON text, or a path.

    Raises SettingsError as :func:`secret` does, also when it is no such key.
    """
    value = secret(reference, folder, where)
    if isinstance(value, Mapping):
        return dict(value)
    text = str(value).strip()
    if not text.startswith("{"):
        path = folder / Path(text).expanduser()
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise SettingsError(
                f"{where}: '{reference}' is neither a service account's key as JSON nor the path "
                "of a file that can be read. Download the key from the Google Cloud console."
            ) from None
    try:
        key = json.loads(text)
    except json.JSONDecodeError:
        key = None
    if not isinstance(key, dict) or "private_key" not in key or "client_email" not in key:
        raise SettingsError(
            f"{where}: '{reference}' is not a service account's key: it must be a JSON object "
            "with 'client_email' and 'private_key'. Download the key from the Google Cloud console."
        )
    return key


def secrets_in(url: "URL") -> Iterator[str]:
    """The secrets of a database URL: its password, and options named like one, also of ODBC."""
    if url.password:
        yield url.password
    for name, values in url.normalized_query.items():
        for value in values:
            inner = ((key, braced or plain) for key, braced, plain in _ODBC_OPTION.findall(value))
            for key, secret_ in ((name, value), *inner):
                if secret_ and _SECRET_NAME.search(key):
                    yield secret_


def redacted(text: str, *values: str | None) -> str:
    """Return ``text`` with each of the secret ``values``, as it is or encoded, become ``***``."""
    for value in filter(None, values):
        for written in (value, quote(value, safe=""), quote_plus(value)):
            text = text.replace(written, "***")
    return text
