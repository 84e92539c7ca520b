"""The settings file: one TOML file, read and checked as a whole before anything else is.

Unknown keys are refused with the nearest known one; every problem is one paragraph.
"""

import os
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zoneinfo import reset_tzpath

from pydantic import BaseModel, ValidationError

from connectors.settings.outbox import Email, Outbox, Slack
from connectors.settings.presets import with_presets
from connectors.settings.settings import (
    DatabaseSource,
    DemoSource,
    FilesSource,
    NotebookSettings,
    Settings,
    SheetsSource,
    Snapshots,
)
from connectors.settings.tables import TableSettings
from kpis.definitions import Company, Definitions, Target
from kpis.errors import SettingsError, nearest
from kpis.signs.thresholds import AlertRule, DaysInStage, Thresholds

DEMO_FILE = Path(__file__).with_name("demo.toml")

DEFAULT_FILE = "settings.toml"


def settings_path(given: str | None = None) -> Path | None:
    """The settings file to read: ``given``, else $ALLIANCE_SETTINGS, else settings.toml.

    None when none was named and the working folder has no settings.toml.
    """
    named = os.environ.get("ALLIANCE_SETTINGS") if given is None else given
    if named is not None:
        if not named.strip():
            raise SettingsError("The path of the settings file is empty. Name a file, or nothing.")
        return Path(named)
    usual = Path(DEFAULT_FILE)
    return usual if usual.is_file() else None


def load_settings(path: Path) -> Settings:
    """Read and check the settings file at ``path``.

    Raises SettingsError with one paragraph that names the file, the key and the remedy.
    """
    # The pinned tzdata, not the system's: DuckDB computes days by its own recent rules, and an
    # older system would put bare dates of some zones on the day before.
    reset_tzpath(())
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SettingsError(
            f"The settings file {path} cannot be read ({error.strerror}). Give its path with "
            "--settings or ALLIANCE_SETTINGS; 'python cli.py init SOURCE' writes one for your data."
        ) from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path} is not UTF-8 text. Save it as UTF-8.") from None
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not valid TOML: {error}.") from None
    if "folder" in content:
        raise SettingsError(f"{path}: unknown key 'folder'. {nearest('folder', _known(()))}")
    try:
        content = with_presets(content)
        return Settings.model_validate({**content, "folder": path.resolve().parent})
    except SettingsError as error:
        raise SettingsError(f"{path}: {error}") from None
    except ValidationError as error:
        raise SettingsError(f"{path}: {_first_problem(error, content)}") from None


def demo_settings(folder: Path) -> Settings:
    """The settings that hold where there is no settings file: every table from the demo.

    folder: where snapshots are kept.
    """
    return load_settings(DEMO_FILE).model_copy(update={"folder": folder})


def active_settings(given: str | None = None) -> Settings:
    """The settings of ``given``, $ALLIANCE_SETTINGS or settings.toml; the demo's without any.

    Raises SettingsError when a file was named but cannot be used.
    """
    path = settings_path(given)
    if path is None:
        return demo_settings(Path.cwd())
    return load_settings(path)


_Problem = dict[str, Any]
"""One problem as pydantic reports it: ``type``, ``loc``, ``msg``, ``input`` and perhaps ``ctx``."""


def _first_problem(error: ValidationError, content: dict[str, Any]) -> str:
    problems: list[_Problem] = [{**problem} for problem in error.errors(include_url=False)]
    # A misspelt key is also a missing one; it is the misspelling that can be corrected.
    unknown = (problem for problem in problems if problem["type"] == "extra_forbidden")
    problem = next(unknown, problems[0])
    path = [str(part) for part in problem["loc"]]
    if path[:1] == ["sources"] and len(path) > 2 and path[2] in _SOURCE_KINDS:
        del path[2]  # pydantic names the kind after the source, as if it were a key
    if (
        path[:1] == ["tables"]
        and isinstance(content["tables"].get(path[1]), dict)
        and path[2:3] == ["0"]
    ):
        del path[2]  # the only part of its table
    where = ".".join(path)
    if path[:1] == ["sources"]:
        return _problem_of_a_source(problem, path, content)
    if path[:1] in (["outbox"], ["notebook"]):
        return _problem_near_a_secret(problem, path, content)
    match problem["type"]:
        case "extra_forbidden" | "missing" | "value_error":
            return _problem_of_a_key(problem, path, content)
        case "literal_error":
            return f"'{where}' is {problem['input']!r}. Use {problem['ctx']['expected']}."
        case "string_pattern_mismatch" if path[-1] == "currency":
            return f"'{where}' is {problem['input']!r}. Use a code of three capitals such as EUR."
        case "string_pattern_mismatch":
            return (
                f"'{where}' is {problem['input']!r}. Use month, quarter or year, or one of them by "
                "name, such as 2026-11, 2026-Q4 or 2026."
            )
        case _:
            return f"'{where}' is {problem['input']!r}: {problem['msg']}."


def _problem_of_a_key(problem: _Problem, path: list[str], content: dict[str, Any]) -> str:
    """What is wrong with a key, whatever its value."""
    where = ".".join(path)
    match problem["type"]:
        case "extra_forbidden":
            hint = nearest(path[-1], _known(path[:-1], content))
            return f"unknown key '{where}'. {hint}".strip()
        case "missing":
            return f"'{where}' is missing."
        case _:
            text = str(problem["ctx"]["error"])
            text = text if text.endswith((".", "?")) else f"{text}."
            return f"'{where}' {text}" if where else text


def _problem_of_a_source(problem: _Problem, path: list[str], content: dict[str, Any]) -> str:
    """What is wrong under [sources]; no value is repeated, as it may be a secret put there."""
    where = ".".join(path)
    match problem["type"]:
        case "extra_forbidden" | "missing" | "value_error":
            return _problem_of_a_key(problem, path, content)
        case "union_tag_invalid" | "union_tag_not_found":
            kind = str(problem["input"].get("kind", ""))
            what = f"is '{kind}'" if kind.isidentifier() or not kind else "is no kind of source"
            return f"'{where}.kind' {what}. {nearest(kind, _SOURCE_KINDS)}"
        case "model_attributes_type":
            return (
                f"'{where}' must be a section, [{where}], with 'kind' and what that kind needs: "
                f"{', '.join(_SOURCE_KINDS)}."
            )
        case _:
            return f"'{where}' cannot be used: {problem['msg']}."


def _problem_near_a_secret(problem: _Problem, path: list[str], content: dict[str, Any]) -> str:
    """What is wrong under [outbox] or [notebook]; no value is repeated, as it may be a secret."""
    where = ".".join(path)
    match problem["type"]:
        case "extra_forbidden" | "missing" | "value_error":
            return _problem_of_a_key(problem, path, content)
        case "literal_error":
            return f"'{where}' is not one of {problem['ctx']['expected']}."
        case "string_pattern_mismatch" if path[-1] in ("webhook", "user", "password"):
            return (
                f"'{where}' must be a reference, 'env:NAME' or 'secrets:NAME', as it is a secret. "
                "Move it into an environment variable or secrets.toml, and refer to it."
            )
        case "string_pattern_mismatch" if path[-1] == "dashboard":
            return f"'{where}' is no address such as 'https://alliance.example.com'."
        case "string_pattern_mismatch":
            return f"'{where}' is no name of a server such as 'smtp.example.com'."
        case "model_type":
            return f"'{where}' must be a section, [{where}]."
        case _:
            return f"'{where}' cannot be used: {problem['msg']}."


_SECTIONS: dict[str, type[BaseModel]] = {
    "company": Company,
    "definitions": Definitions,
    "signs": Thresholds,
    "snapshots": Snapshots,
    "outbox": Outbox,
    "outbox.slack": Slack,
    "outbox.email": Email,
    "notebook": NotebookSettings,
}
_SOURCE_KINDS: dict[str, type[BaseModel]] = {
    "database": DatabaseSource,
    "google_sheets": SheetsSource,
    "files": FilesSource,
    "demo": DemoSource,
}


def _known(path: Iterable[str], content: dict[str, Any] | None = None) -> list[str]:
    """The keys that may stand at ``path`` of the settings."""
    match list(path):
        case []:
            return [name for name in Settings.model_fields if name != "folder"]
        case ["sources", name]:
            kind = (content or {}).get("sources", {}).get(name, {}).get("kind", "")
            return _aliases(_SOURCE_KINDS[kind]) if kind in _SOURCE_KINDS else []
        case ["tables", _] | ["tables", _, _]:
            return _aliases(TableSettings)
        case ["targets", *_]:
            return _aliases(Target)
        case ["alerts", *_]:
            return _aliases(AlertRule)
        case ["signs", "max_days_in_stage"]:
            return _aliases(DaysInStage)
        case parts:
            section = ".".join(parts)
            return _aliases(_SECTIONS[section]) if section in _SECTIONS else []


def _aliases(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]
