"""The other front door: demo, check, refresh, snapshots, report and digest from the command line.

Each command imports its own libraries, which take longer to load than most commands to run.
"""

import gc
import json
import shlex
import sys
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from connectors.outbox.outbox import CHANNELS, channels
from connectors.settings.file import active_settings, demo_settings
from connectors.settings.settings import FIRST_DAY, LAST_DAY, Settings
from kpis.calendar import Period, month_of
from kpis.definitions import ATTRIBUTION_MODELS
from kpis.errors import AllianceError, SettingsError, UsageError, nearest

if TYPE_CHECKING:
    from connectors.snapshots.snapshots import Snapshot

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


def _end(failures: list[AllianceError], before: str = "") -> NoReturn:
    for failure in failures:
        click.echo(f"{before}{failure}", err=True)
    sys.exit(max(map(_status, failures), default=0))


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
    from connectors.demo.files import write_demo

    settings_file = write_demo(folder, demo_settings(folder).report_day(_now()))
    click.echo(f"Wrote the demo's tables and {settings_file}. Try:")
    click.echo(
        f"  {shlex.quote(sys.executable)} cli.py check --settings {shlex.quote(str(settings_file))}"
    )


@main.command("check")
@SETTINGS
@click.option(
    "--rejects",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write every rejected row to this CSV file.",
)
@click.option("--table", metavar="TABLE", help="Show all that is known of one table.")
@click.option("-v", "--verbose", is_flag=True, help="Show every remark with its remedy.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
def check_command(
    settings: str | None, rejects: Path | None, table: str | None, verbose: bool, as_json: bool
) -> None:
    """Try every source, and say what is read, rejected, missing and wrong, on one screen."""
    from connectors.documents.check_screen import print_checkup
    from connectors.documents.spreadsheet import write_spreadsheet_csv
    from connectors.documents.terminal import end_of_progress, progress
    from connectors.snapshots.checkup import check_sources
    from connectors.snapshots.time_limit import ended_at_limit

    loaded = active_settings(settings)
    if table is not None and table not in loaded.tables:
        raise UsageError(f"No table '{table}' is mapped. {nearest(table, loaded.tables)}")
    limited = ("The check", loaded)
    with progress() as shown, ended_at_limit(*limited, shown, end_of_progress) as watched:
        checkup = check_sources(loaded, loaded.report_day(_now()), watched)
    if as_json:
        click.echo(json.dumps(checkup.as_json(), ensure_ascii=False, default=str))
    else:
        print_checkup(checkup, verbose, table)
    if rejects is not None:
        write_spreadsheet_csv(checkup.rejects, rejects)
        click.echo(f"Wrote {len(checkup.rejects):,} rejected rows to {rejects}", err=as_json)
    _end(checkup.failures, "\n")


@main.command("refresh")
@SETTINGS
def refresh_command(settings: str | None) -> None:
    """Read every source, and publish a snapshot of them."""
    from connectors.documents.terminal import progress
    from connectors.snapshots.apart import refresh_apart

    loaded = active_settings(settings)
    with progress() as on_progress:
        snapshot = refresh_apart(loaded, _now(), on_progress)
    for name, table in snapshot.manifest.tables.items():
        click.echo(
            f"{name}: {table.read:,} read = {table.loaded:,} loaded + {table.rejected:,} rejected"
        )
    click.echo(f"Published {snapshot.folder}")


@main.command("snapshots")
@SETTINGS
@click.option("--compare", "name", metavar="NAME", help="With the one shown; a beginning will do.")
@click.option("--prune", "is_prune", is_flag=True, help="Remove what the settings no longer keep.")
def snapshots_command(settings: str | None, name: str | None, is_prune: bool) -> None:
    """List the snapshots that are kept, or say how one differs from the one that is shown."""
    from connectors.documents.terminal import print_differences, print_snapshots
    from connectors.snapshots.listing import differences, listed_snapshots, snapshot_named
    from connectors.snapshots.lock import refresh_lock
    from connectors.snapshots.newest_sound import last_good_snapshot
    from connectors.snapshots.snapshots import candidates, prune

    loaded = active_settings(settings)
    if is_prune and any(candidates(loaded.snapshot_folder)):
        with refresh_lock(loaded.snapshot_folder):
            prune(loaded, _now())
    shown = last_good_snapshot(loaded)
    if name is None or shown is None:
        print_snapshots(listed_snapshots(loaded), loaded.snapshot_folder)
    else:
        one = snapshot_named(loaded, name, shown)
        print_differences(one.name, shown.name, differences(one, shown), loaded.company.currency)


@main.command("report")
@SETTINGS
@click.option("--as-of", type=DAY, help="The day of the report; nothing later exists in it.")
@click.option("--from", "start", type=DAY, help="First day of the period.")
@click.option("--to", "end", type=DAY, help="Last day of the period.")
@click.option(
    "--by",
    metavar="DIMENSION",
    help="Group by campaign, channel, owner, week, month or a dimension of the settings.",
)
@click.option(
    "--where", "conditions", multiple=True, metavar="DIMENSION=VALUE", help="Filter; may repeat."
)
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
    from connectors.documents.terminal import print_report
    from connectors.snapshots.engine import checked_filters, open_facts
    from kpis.scorecard.report import report

    loaded = active_settings(settings)
    now = _now()
    day = as_of.date() if as_of else loaded.report_day(now)
    period = _period(day, start, end, loaded)
    model = attribution or loaded.definitions.attribution
    if model not in ATTRIBUTION_MODELS:
        raise UsageError(
            f"There is no attribution model '{model}'. {nearest(model, ATTRIBUTION_MODELS)}"
        )
    snapshot = _snapshot(loaded, now)
    facts = open_facts(snapshot.folder, model, day)
    where = checked_filters(snapshot.folder, facts, conditions)
    answer = report(facts, period, model, by, where)
    rejected = snapshot.manifest.rejected
    if as_json:
        counts = {name: count for name, (count, _) in rejected.items() if count}
        click.echo(json.dumps({**answer, "rejected": counts}, ensure_ascii=False))
    else:
        print_report(answer, rejected)


@main.command("digest")
@SETTINGS
@click.option("--as-of", type=DAY, help="The day of the report; nothing later exists in it.")
@click.option(
    "--to",
    type=click.Choice(CHANNELS),
    multiple=True,
    help="Channel to send to; may repeat. Default: all of [outbox].",
)
@click.option(
    "--alerts", is_flag=True, help="Only what crossed a line of [[alerts]] and was not sent yet."
)
@click.option("--dry-run", is_flag=True, help="Print what would be sent; send and record nothing.")
def digest_command(
    settings: str | None, as_of: datetime | None, to: tuple[str, ...], alerts: bool, dry_run: bool
) -> None:
    """Send the Monday summary, or alerts, to Slack and by e-mail; for cron."""
    from connectors.notebook.notebook import open_notebook
    from connectors.outbox.messages import Messages
    from connectors.outbox.sending import send_alerts, send_digest
    from connectors.snapshots.engine import open_facts

    loaded = active_settings(settings)
    served = channels(loaded, to, or_none=dry_run)
    if alerts and not loaded.alerts:
        raise SettingsError("The settings have no [[alerts]], so no line can be crossed. Add one.")
    now = _now()
    day = _checked(as_of.date() if as_of else loaded.report_day(now))
    snapshot = _snapshot(loaded, now)
    facts = open_facts(snapshot.folder, loaded.definitions.attribution, day)
    messages = Messages(loaded, snapshot, facts, open_notebook(loaded, to_read=dry_run))
    serve = send_alerts if alerts else send_digest
    _end(serve(messages, served, now, click.echo, dry_run))


def _snapshot(settings: Settings, now: datetime) -> "Snapshot":
    """A fresh snapshot; on standard error, what newer one is damaged."""
    from connectors.documents.terminal import end_of_progress, progress
    from connectors.snapshots.fresh import fresh_snapshot
    from connectors.snapshots.newest_sound import passed_over
    from connectors.snapshots.time_limit import ended_at_limit

    limited = ("The refresh", settings)
    with progress() as shown, ended_at_limit(*limited, shown, end_of_progress) as watched:
        snapshot = fresh_snapshot(settings, now, watched)
    damage = passed_over(settings, snapshot)
    if damage is not None:
        click.echo(damage.text, err=True)
    return snapshot


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


if __name__ == "__main__":
    # As is, the search for garbage takes a quarter of a refresh, and a fifth of the imports.
    gc.set_threshold(50_000)
    main()
