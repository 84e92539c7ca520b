"""The command line where it meets a person: errors as a paragraph, questions, days."""

import shlex
import sys
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

import click

from connectors.settings.file import DEFAULT_FILE, active_settings, settings_path
from connectors.settings.settings import FIRST_DAY, LAST_DAY, Settings
from kpis.calendar import Period, month_of
from kpis.definitions import ATTRIBUTION_MODELS, AttributionModel
from kpis.errors import AllianceError, SettingsError, UsageError, nearest


class Commands(click.Group):
    """Turns every error a person can act on into one paragraph and an exit status."""

    def invoke(self, context: click.Context) -> Any:
        """Run a command; an error ends it with its paragraph on standard error."""
        try:
            return super().invoke(context)
        except AllianceError as error:
            click.echo(str(error), err=True)
            context.exit(_status(error))
        except BrokenPipeError:
            raise  # click ends quietly when nobody reads on, as in `report | head`
        except OSError as error:
            what = f"'{error.filename}'" if error.filename else "A file"
            click.echo(
                f"{what} cannot be used: {error.strerror or error}. Check that its folder exists, "
                "may be written to and has space.",
                err=True,
            )
            context.exit(1)


def _status(error: AllianceError) -> int:
    return 2 if isinstance(error, SettingsError | UsageError) else 1


def end_with(failures: list[AllianceError], before: str = "") -> NoReturn:
    """Print each failure on standard error, after ``before``, and end with the worst status."""
    for failure in failures:
        click.echo(f"{before}{failure}", err=True)
    sys.exit(max(map(_status, failures), default=0))


def print_version(context: click.Context, _: click.Parameter, is_asked: bool) -> None:
    """Read from pyproject.toml, the one place of the version: a checkout is never installed."""
    if is_asked:
        project = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
        click.echo(f"Alliance {tomllib.loads(project)['project']['version']}")
        context.exit()


def settings_asked(given: str | None) -> Settings:
    """Return the settings that a command is for; on standard error, if they are the demo's.

    Raises SettingsError when a file was named but cannot be used.
    """
    if settings_path(given) is None:
        click.echo(
            f"There is no {DEFAULT_FILE} in {Path.cwd()}: this is the demo. For figures of your "
            "own, run 'cli.py init'.",
            err=True,
        )
    return active_settings(given)


def command_text(*arguments: str) -> str:
    """What to type here for a command of cli.py, in one line."""
    own = Path(__file__).parents[2] / "cli.py"
    script = "cli.py" if Path("cli.py").resolve() == own else str(own)
    return shlex.join([sys.executable, script, *arguments])


def period_asked(
    day: date, start: datetime | None, end: datetime | None, settings: Settings
) -> Period:
    """Return the period from ``start`` to ``end``, by default the month's days up to ``day``.

    Raises UsageError for a day that is too far away.
    """
    for given in (day, start and start.date(), end and end.date()):
        if given:
            checked_day(given)
    first = start.date() if start else month_of(end.date() if end else day, settings.company).start
    return Period(first, end.date() if end else max(day, first))


def model_asked(attribution: str | None, settings: Settings) -> AttributionModel:
    """Return the attribution model, by default the agreed one; raises UsageError for others."""
    model = attribution or settings.definitions.attribution
    if model not in ATTRIBUTION_MODELS:
        raise UsageError(
            f"There is no attribution model '{model}'. {nearest(model, ATTRIBUTION_MODELS)}"
        )
    return model


def checked_day(day: date) -> date:
    """Return the day; raises UsageError where it is too far away."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise UsageError(f"{day} is too far away. Use a day from {FIRST_DAY} to {LAST_DAY}.")
    return day


class AtTerminal:
    """The person at the terminal, who is asked."""

    def text(self, question: str, default: str) -> str:
        """Return what the person writes."""
        return str(click.prompt(question, default=default))

    def choice(self, question: str, choices: tuple[str, ...], default: str) -> str:
        """Return one of the choices."""
        return str(click.prompt(question, type=click.Choice(choices), default=default))

    def yes(self, question: str) -> bool:
        """Return whether the person agrees; by default they do not."""
        return click.confirm(question, default=False)


class NobodyAsked:
    """Answers with what holds without a person: defaults, and nothing that is not sure.

    day_first: of dates that read both ways, where the command says it.
    """

    def __init__(self, day_first: bool | None = None) -> None:
        self._order = {True: "day first", False: "month first"}.get(bool(day_first))
        self._knows_order = day_first is not None

    def text(self, question: str, default: str) -> str:
        """Return the default."""
        return default

    def choice(self, question: str, choices: tuple[str, ...], default: str) -> str:
        """Return the default; of the order of dates, what the command says."""
        if self._knows_order and self._order in choices:
            return str(self._order)
        return default

    def yes(self, question: str) -> bool:
        """Return that nothing is taken."""
        return False
