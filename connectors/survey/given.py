"""What a person means by a source on the command line, and the section of settings it becomes."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

from pydantic import TypeAdapter
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from connectors.settings.secrets import REFERENCES, secret, secrets_in
from connectors.settings.settings import (
    DEFAULT_CREDENTIALS,
    DatabaseSource,
    FilesSource,
    SheetsSource,
)
from kpis.errors import UsageError

_NAMED = re.compile(r"([A-Za-z_][A-Za-z0-9_-]*)=(.+)", re.S)
_SPREADSHEET = re.compile(r"(https?://[^/]+)/spreadsheets/", re.I)
_GOOGLE = "https://docs.google.com"
_SCHEME = re.compile(r"[a-z][a-z0-9+_.-]*://", re.I)
_SECRET_WORD = re.compile(r"(?:pass\w*|pwd|secret|token)$", re.I)
_SECRET_OPTION = re.compile(r"(?:pass\w*|pwd|secret|token)\s*=", re.I)
"""An option that holds a secret, wherever it stands."""
_TELLING = re.compile(r"[@?=;]|://|^jdbc:", re.I)
"""What no path of a folder has, and an address does, in whatever form: it may hold a password."""

_Source = DatabaseSource | SheetsSource | FilesSource


@dataclass(frozen=True)
class Given:
    """A source that a person named.

    name: of its section in the settings. source: what reads it. keys: the section, in order.
    """

    name: str
    source: _Source
    keys: Mapping[str, Any]


def given_sources(
    arguments: Sequence[str], credentials: str, folder: Path, here: Path
) -> tuple[Given, ...]:
    """Return what each argument means: ``name=what``, or ``what`` alone.

    what: ``env:NAME`` or ``secrets:NAME`` of a database URL, such a URL without a password, the
    address of a Google spreadsheet (read with ``credentials``), or a folder, which begins ``here``
    and is written relative to ``folder``, that of the settings.

    Raises UsageError: a password in it (which is not repeated), no such folder, two of one name;
    SettingsError for a reference to nothing.
    """
    found: list[Given] = []
    for argument in arguments:
        named = _NAMED.fullmatch(argument)
        name, what = (named[1], named[2]) if named and "://" not in named[1] else ("", argument)
        one = _given(name, what.strip(), credentials, folder, here)
        if any(other.name == one.name for other in found):
            if name:
                raise UsageError(f"Two sources are named '{name}'. Give each a name of its own.")
            one = Given(f"{one.name}_{len(found) + 1}", one.source, one.keys)
        found.append(one)
    return tuple(found)


def _given(name: str, what: str, credentials: str, folder: Path, here: Path) -> Given:
    if what.startswith(REFERENCES):
        written = str(secret(what, folder, f"Source '{name or what}'")).strip()
        if _SPREADSHEET.match(written):
            return _spreadsheet(name, written, credentials)
        if not _SCHEME.match(written):
            raise UsageError(
                f"'{what}' holds no database URL such as 'postgresql://user:password@host/name'. "
                "Correct it where it is set."
            )
        return _database(name or "crm", what)
    if _SPREADSHEET.match(what):
        return _spreadsheet(name, what, credentials)
    if _SCHEME.match(what):
        return _database(name or "crm", _without_password(what, name))
    return _folder(name, what, folder, here)


def _without_password(url: str, name: str) -> str:
    """A database URL that holds no secret; UsageError for one that does, or for none."""
    variable = _variable(name)
    scheme, _, rest = url.partition("://")
    url = f"{scheme.lower()}://{rest}"
    try:
        holds_secret = any(secrets_in(make_url(url))) or _SECRET_OPTION.search(unquote_plus(url))
    except (ArgumentError, ValueError):
        raise UsageError(
            "A source that begins like a database URL is none: it should be such as "
            "'postgresql://user@host:5432/name'. Characters of a password such as @ : / must be "
            f"percent-encoded. Keep it in the environment: export {variable}='…', and name the "
            f"source {name or 'crm'}=env:{variable}."
        ) from None
    if holds_secret:
        raise UsageError(
            "The database URL holds a password, which must not stand in settings or in the "
            f"history of your shell. Set it in the environment, export {variable}='…', and name "
            f"the source {name or 'crm'}=env:{variable}."
        )
    return url


def _variable(name: str) -> str:
    """The variable of the environment that a database URL is best kept in."""
    return f"{(name or 'crm').upper().replace('-', '_')}_URL"


def _database(name: str, url: str) -> Given:
    keys = {"kind": "database", "url": url}
    return Given(name, TypeAdapter(DatabaseSource).validate_python(keys), keys)


def _spreadsheet(name: str, address: str, credentials: str) -> Given:
    address = re.split(r"[?#]", address, maxsplit=1)[0]  # what follows may be an access token
    if "@" in address.split("/")[2]:
        raise UsageError(
            "The address of a spreadsheet has a name or a password before its host, which must "
            "not stand in settings. Copy it from the browser: it begins with "
            f"{_GOOGLE}/spreadsheets/d/."
        )
    keys = {"kind": "google_sheets", "spreadsheet": address, "credentials": credentials}
    host = _SPREADSHEET.match(address)
    if host and host[1].lower() != _GOOGLE:
        keys["api"] = host[1]
    if credentials != DEFAULT_CREDENTIALS and not credentials.startswith(REFERENCES):
        raise UsageError(
            "--credentials must be a reference, 'env:NAME' or 'secrets:NAME', to the service "
            "account's key, or 'default'."
        )
    return Given(name or "sheets", TypeAdapter(SheetsSource).validate_python(keys), keys)


def _folder(name: str, what: str, folder: Path, here: Path) -> Given:
    path = (here / Path(what).expanduser()).resolve()
    if not path.is_dir():
        if not path.exists() and (_TELLING.search(what) or _SECRET_WORD.search(name)):
            raise UsageError(
                "A source is neither a folder nor an address that init reads; it is not repeated, "
                "as it may hold a password. Set a database URL such as "
                f"'postgresql://user:password@host:5432/name' in the environment, export "
                f"{_variable(name)}='…', and name the source "
                f"{name or 'crm'}=env:{_variable(name)}."
            )
        more = f" Give the folder that it is in: {path.parent}." if path.is_file() else ""
        raise UsageError(
            f"'{what}' is no folder.{more} A source is a folder of files, 'env:NAME' of a database "
            "URL, or the address of a Google spreadsheet."
        )
    if not str(path).isascii() and os.fsencode(path).decode("utf-8", "ignore") != str(path):
        shown = os.fsencode(path).decode("utf-8", "backslashreplace")
        raise UsageError(
            f"Folder '{shown}' has a name that is not UTF-8, which settings cannot hold. Rename it."
        )
    inside = path.is_relative_to(folder.resolve())
    written = os.path.relpath(path, folder.resolve()) if inside else str(path)
    keys = {"kind": "files", "folder": Path(written).as_posix()}
    plain = re.sub(r"\W+", "_", path.name).strip("_").lower() or "files"
    called = name or (plain if plain[0].isalpha() else f"files_{plain}")
    return Given(called, TypeAdapter(FilesSource).validate_python(keys), keys)
