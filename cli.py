"""The other front door: demo, check, refresh, report and digest from the command line."""

import json
import shlex
import sys
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Table

from connectors.demo.files import write_demo
from connectors.documents.markdown import plain_text
from connectors.documents.spreadsheet import write_spreadsheet_csv
from connectors.notebook.notebook import open_notebook
from connectors.outbox.alerts import claimed, unsent
from connectors.outbox.messages import Messages, standings
from connectors.outbox.outbox import CHANNELS, channels, each, send
from connectors.settings.file import active_settings, demo_settings
from connectors.settings.settings import FIRST_DAY, LAST_DAY, Settings
from connectors.snapshots.checkup import SourceCheckup, check_sources
from connectors.snapshots.engine import filter_values, open_facts
from connectors.snapshots.refresh import fresh_snapshot, refresh
from connectors.sources.raw import Progress as OnProgress
from kpis.calendar import Period, month_of
from kpis.catalogue import SEVEN
from kpis.definitions import ATTRIBUTION_MODELS, Definitions
from kpis.display import UNDEFINED, shown
from kpis.document import Document
from kpis.errors import AllianceError, SettingsError, UsageError, nearest
from kpis.health.health import Health, checks
from kpis.scorecard.report import report
from kpis.scorecard.sums import Facts
from kpis.signs.alerts import Reading

SHOWN_REJECTS = 3
SETTINGS = click.option("--settings", metavar="FILE", help="The settings file (TOML).")
DAY = click.DateTime(formats=["%Y-%m-%d"])


class _Alliance(click.Group):
    """Turns every error a person can act on into one paragraph and an exit status."""

    def invoke(self, context: click.Context) -> Any:
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


def _print_version(context: click.Context, _: click.Parameter, is_asked: bool) -> None:
    """Read from pyproject.toml, the one place of the version: a checkout is never installed."""
    if is_asked:
        project = (Path(__file__).parent / "pyproject.toml").read_text(encoding="utf-8")
        click.echo(f"Alliance {tomllib.loads(project)['project']['version']}")
        context.exit()


@click.group(cls=_Alliance)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version and exit.",
)
def main() -> None:
    """Alliance: one set of numbers for sales and marketing."""


@main.command("demo")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def demo_command(folder: Path) -> None:
    """Write the demo data as CSV files with settings to start from into FOLDER."""
    settings_file = write_demo(folder, demo_settings(folder).report_day(_now()))
    click.echo(f"Wrote the demo's tables and {settings_file}. Try:")
    click.echo(f"  python cli.py check --settings {shlex.quote(str(settings_file))}")


@main.command("check")
@SETTINGS
@click.option(
    "--rejects",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write every rejected row to this CSV file.",
)
def check_command(settings: str | None, rejects: Path | None) -> None:
    """Try every source, and say what is read, rejected and missing, table by table."""
    loaded = active_settings(settings)
    with _progress() as on_progress:
        checkup = check_sources(loaded, loaded.report_day(_now()), on_progress)
    out = Console(highlight=False, emoji=False)
    for source in checkup.sources:
        _print_source(out, source)
    _print_health(out, checkup.health, loaded.definitions)
    for line in checkup.effects:
        out.print(f"- {line}", markup=False, soft_wrap=True)
    if rejects is not None:
        write_spreadsheet_csv(checkup.rejects, rejects)
        click.echo(f"Wrote {len(checkup.rejects):,} rejected rows to {rejects}")
    failures = checkup.failures
    for failure in failures:
        click.echo(f"\n{failure}", err=True)
    sys.exit(max(map(_status, failures), default=0))


@main.command("refresh")
@SETTINGS
def refresh_command(settings: str | None) -> None:
    """Read every source, and publish what it holds now for all to see."""
    loaded = active_settings(settings)
    with _progress() as on_progress:
        snapshot = refresh(loaded, _now(), on_progress)
    for name, table in snapshot.manifest.tables.items():
        click.echo(
            f"{name}: {table.read:,} read = {table.loaded:,} loaded + {table.rejected:,} rejected"
        )
    click.echo(f"Published {snapshot.folder}")


@main.command("report")
@SETTINGS
@click.option("--as-of", type=DAY, help="The day of the report; nothing later exists in it.")
@click.option("--from", "start", type=DAY, help="First day of the period.")
@click.option("--to", "end", type=DAY, help="Last day of the period.")
@click.option(
    "--by", metavar="DIMENSION", help="campaign, channel, owner, a dimension, week, month."
)
@click.option("--where", "conditions", multiple=True, metavar="DIMENSION=VALUE", help="May repeat.")
@click.option("--attribution", metavar="MODEL", help="Default: as agreed in the settings.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def report_command(
    settings: str | None,
    as_of: datetime | None,
    start: datetime | None,
    end: datetime | None,
    by: str | None,
    conditions: tuple[str, ...],
    attribution: str | None,
    as_json: bool,
) -> None:
    """Print the KPIs of a period (by default of the month up to the day of the report)."""
    loaded = active_settings(settings)
    now = _now()
    day = as_of.date() if as_of else loaded.report_day(now)
    period = _period(day, start, end, loaded)
    model = attribution or loaded.definitions.attribution
    if model not in ATTRIBUTION_MODELS:
        raise UsageError(
            f"There is no attribution model '{model}'. {nearest(model, ATTRIBUTION_MODELS)}"
        )
    with _progress() as on_progress:
        snapshot = fresh_snapshot(loaded, now, on_progress)
    facts = open_facts(snapshot.folder, model, day)
    where = _where(conditions, facts, snapshot.folder)
    answer = report(facts, period, model, by, where)
    if as_json:
        click.echo(json.dumps(answer, ensure_ascii=False))
    else:
        _print_report(answer)


@main.command("digest")
@SETTINGS
@click.option("--as-of", type=DAY, help="The day of the report; nothing later exists in it.")
@click.option(
    "--to", type=click.Choice(CHANNELS), multiple=True, help="May repeat. Default: all configured."
)
@click.option(
    "--alerts", is_flag=True, help="Only what crossed a line of [[alerts]] and was not told yet."
)
@click.option("--dry-run", is_flag=True, help="Print what would be sent; send and record nothing.")
def digest_command(
    settings: str | None, as_of: datetime | None, to: tuple[str, ...], alerts: bool, dry_run: bool
) -> None:
    """Send the Monday summary, or alerts, to Slack and by e-mail; for cron."""
    loaded = active_settings(settings)
    served = channels(loaded, to, or_none=dry_run)
    if alerts and not loaded.alerts:
        raise SettingsError("The settings have no [[alerts]], so no line can be crossed. Add one.")
    now = _now()
    day = _checked(as_of.date() if as_of else loaded.report_day(now))
    with _progress() as on_progress:
        snapshot = fresh_snapshot(loaded, now, on_progress)
    facts = open_facts(snapshot.folder, loaded.definitions.attribution, day)
    messages = Messages(loaded, snapshot, facts, open_notebook(loaded, to_read=dry_run))
    failures: list[AllianceError] = []
    if alerts:
        found, failures = messages.readings()
        if dry_run:
            _print_alerts(messages, found, served, now)
        else:
            failures += each(served, partial(_send_alerts, messages=messages, found=found, now=now))
    else:
        document = messages.summary()
        if dry_run:
            click.echo(plain_text(document), nl=False)
        else:
            failures += each(served, partial(_send, document=document, settings=loaded, now=now))
    for failure in failures:
        click.echo(str(failure), err=True)
    sys.exit(max(map(_status, failures), default=0))


def _send(channel: str, document: Document, settings: Settings, now: datetime) -> str | None:
    text = send(channel, document, settings, now)
    click.echo(f"Sent to {channel}: {document.title}")
    return text


def _send_alerts(
    channel: str, messages: Messages, found: Sequence[Reading], now: datetime
) -> str | None:
    """Send what the channel has not been told of, if anything, and record it as told."""
    day = messages.facts.as_of
    with claimed(messages.notebook, channel, standings(found), day, now) as rules:
        if not rules:
            return None
        return _send(channel, messages.alerts(found, rules), messages.settings, now)


def _print_alerts(
    messages: Messages, found: Sequence[Reading], served: Sequence[str], now: datetime
) -> None:
    """What would be sent to each channel, and which rules could not be judged."""
    judged = standings(found)
    rules = {channel: unsent(messages.notebook, channel, judged, now) for channel in served}
    if not served:
        rules["no channel yet"] = frozenset(each.rule for each in judged if each.is_crossed)
    for channel, chosen in rules.items():
        text = plain_text(messages.alerts(found, chosen)) if chosen else "Nothing new.\n"
        click.echo(f"To {channel}: {text}", nl=False)
    for reading in found:
        if reading.is_crossed is None:
            click.echo(f"Not judged: {reading.rule.key}: {reading.reason}.")


def _now() -> datetime:
    return datetime.now(UTC)


def _period(day: date, start: datetime | None, end: datetime | None, settings: Settings) -> Period:
    for given in (day, start and start.date(), end and end.date()):
        if given:
            _checked(given)
    first = start.date() if start else month_of(end.date() if end else day, settings.company).start
    return Period(first, end.date() if end else max(day, first))


def _checked(day: date) -> date:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise UsageError(f"{day} is too far away. Use a day from {FIRST_DAY} to {LAST_DAY}.")
    return day


def _where(conditions: tuple[str, ...], facts: Facts, folder: Path) -> dict[str, list[str]]:
    """Filters as dimension → values; raises UsageError for a name or value that is not known.

    folder: of the snapshot, whose campaigns table knows campaigns without any facts.
    """
    where: dict[str, list[str]] = {}
    for condition in conditions:
        dimension, separator, value = condition.partition("=")
        if not separator:
            raise UsageError(
                f"--where '{condition}' is not of the form DIMENSION=VALUE, such as campaign=c1."
            )
        known = filter_values(folder, facts, dimension)
        if value not in known:
            raise UsageError(f"There is no {dimension} '{value}'. {nearest(value, known)}")
        where.setdefault(dimension, []).append(value)
    return where


@contextmanager
def _progress() -> Iterator[OnProgress]:
    """Show the rows read so far on a terminal; stay silent in a script."""
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        shown_rows = bar.add_task("reading …", total=None)
        yield lambda table, rows: bar.update(
            shown_rows, description=f"reading {table}: {rows:,} rows"
        )


def _print_source(out: Console, source: SourceCheckup) -> None:
    out.print(f"Source '{source.name}' ({source.kind})", style="bold", markup=False)
    for table in source.tables:
        out.print(
            f"  {table.name} from {table.place}: {table.read:,} rows read = "
            f"{table.loaded:,} loaded + {len(table.rejects):,} rejected",
            markup=False,
            soft_wrap=True,
        )
        for reason, count in table.reasons.items():
            out.print(f"    {count:,} × {reason}", markup=False, soft_wrap=True)
        for row in table.rejects.head(SHOWN_REJECTS).itertuples():
            example = f"      row {row.row} {row.key}: {row.column} '{row.value}' {row.reason}"
            out.print(example, style="dim", markup=False, soft_wrap=True)
    if source.failures:
        out.print("  cannot be used; see below", style="red")


def _print_health(out: Console, health: Health, definitions: Definitions) -> None:
    """A paragraph for each thing that is wrong with rows that would be loaded."""
    if not health.sound:
        return
    out.print("Data health", style="bold")
    if not health.findings:
        out.print("  Every loaded row passed every check.")
    known = checks(definitions)
    for found in health.findings:
        check = known[found.check]
        out.print(
            f"  {found.table}: {found.rows:,} of {found.of:,} {check.rows_are} {check.what}, "
            f"such as {', '.join(found.examples)}. {check.effect} Remedy: {check.remedy}",
            markup=False,
            soft_wrap=True,
        )


def _print_report(answer: dict[str, Any]) -> None:
    """The report as a table for people: a row per group, a column per KPI."""
    by = next(iter(answer["rows"][0]["group"]), None) if answer["rows"] else None
    title = f"{answer['from']} to {answer['to']}, as of {answer['as_of']}, {answer['attribution']}"
    table = Table(title=title, title_justify="left")
    if by:
        table.add_column(by)
    for kpi in SEVEN:
        table.add_column(kpi.short, justify="right")
    reasons: dict[str, None] = {}
    for row in answer["rows"]:
        values = [
            UNDEFINED if (v := row["kpis"][kpi.key]) is None else shown(kpi, v, answer["currency"])
            for kpi in SEVEN
        ]
        table.add_row(*([escape(row["group"][by])] if by else []), *values)
        for kpi in SEVEN:
            if kpi.key in row["reasons"]:
                reasons[f"{kpi.label}: {row['reasons'][kpi.key]}"] = None
    out = Console(highlight=False, emoji=False)
    out.print(table)
    for reason in reasons:
        out.print(f"{UNDEFINED} {reason}", markup=False)


if __name__ == "__main__":
    main()
