"""The other front door: init, demo, check, refresh, snapshots, report, digest on the command line.

Each command imports its own libraries, which take longer to load than most commands to run.
"""

import gc
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from connectors.documents.command_line import (
    AtTerminal,
    Commands,
    NobodyAsked,
    checked_day,
    command_text,
    end_with,
    model_asked,
    period_asked,
    print_version,
    settings_asked,
)
from connectors.outbox.outbox import CHANNELS, channels
from connectors.settings.file import DEFAULT_FILE, demo_settings
from connectors.settings.settings import Settings
from kpis.errors import SettingsError, UsageError, nearest

SETTINGS = click.option("--settings", metavar="FILE", help="The settings file (TOML).")
DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group(cls=Commands)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=print_version,
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
    command = command_text("check", "--settings", str(settings_file))
    click.echo(f"Wrote the demo's tables and {settings_file}. Try:\n  {command}")


@main.command("init")
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--yes", is_flag=True, help="Ask nothing: take what is sure, comment out the rest.")
@click.option("--output", default=DEFAULT_FILE, metavar="FILE", help="Where to write the settings.")
@click.option("--overwrite", is_flag=True, help="Replace that file if it is there.")
@click.option(
    "--preset",
    "presets",
    multiple=True,
    metavar="[SOURCE=][SCHEMA.]NAME",
    help="Only these; may repeat.",
)
@click.option("--with-deleted", is_flag=True, help="Count rows that a sync tool marks as deleted.")
@click.option(
    "--credentials",
    default="secrets:google_service_account",
    metavar="REFERENCE",
    help="To the service account's key, for spreadsheets: env:NAME or secrets:NAME.",
)
@click.option("--company", "name", metavar="NAME", help="The company's name.")
@click.option("--currency", metavar="CODE", help="Its currency, such as EUR.")
@click.option("--time-zone", metavar="ZONE", help="Its time zone, such as Europe/Berlin.")
@click.option("--as-of", metavar="DAY", help="Report as of a day, or of the 'newest' in the data.")
@click.option("--day-first/--month-first", default=None, help="Dates that read both ways.")
@click.pass_context
def init_command(
    context: click.Context,
    /,
    sources: tuple[str, ...],
    yes: bool,
    output: str,
    overwrite: bool,
    **said: Any,
) -> None:
    """Look into each SOURCE, propose settings, write them with all reasons, and check them.

    SOURCE is a folder of files, env:NAME of a database URL, or the address of a Google
    spreadsheet; crm=env:CRM_URL names it.
    """
    from connectors.documents.terminal import end_of_progress
    from connectors.documents.terminal_proposal import print_found, print_next, print_proposal
    from connectors.proposal import first_settings as first
    from connectors.snapshots.time_limit import ended_at_limit
    from connectors.sources.raw import no_progress

    wishes, file = first.Wishes(**said), Path(output)
    person = NobodyAsked(wishes.day_first) if yes else AtTerminal()
    first.refuse_overwriting(file, overwrite, person)
    with ended_at_limit("The look into sources", Settings(), no_progress, end_of_progress):
        found = first.looked_into_all(sources, wishes, file.resolve().parent, Path.cwd())
    print_found(found)
    proposal = first.proposal_of(found, wishes, person)
    print_proposal(proposal)
    first.write_settings(file, first.text_of(proposal, wishes, person, _now().date()))
    click.echo(f"Wrote {file}. Now its check, which reads every row:\n")
    try:
        context.invoke(check_command, settings=output)
    except SystemExit as ended:  # as every check does
        print_next(file, is_sound=not ended.code)
        raise


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

    loaded = settings_asked(settings)
    if table is not None and table not in loaded.tables:
        raise UsageError(f"No table '{table}' is mapped. {nearest(table, loaded.tables)}")
    if table is not None and as_json:
        raise UsageError("--json prints all tables: leave out --table, and choose from 'tables'.")
    what = ("The check", loaded)
    with progress() as shown, ended_at_limit(*what, shown, end_of_progress) as watched:
        checkup = check_sources(loaded, loaded.report_day(_now()), watched)
    if as_json:
        click.echo(json.dumps(checkup.as_json(), ensure_ascii=False, default=str))
    else:
        print_checkup(checkup, verbose, table)
    if rejects is not None:
        write_spreadsheet_csv(checkup.rejects, rejects)
        click.echo(f"Wrote {len(checkup.rejects):,} rejected rows to {rejects}", err=as_json)
    end_with(checkup.failures, "\n")


@main.command("refresh")
@SETTINGS
@click.option("--full", "is_full", is_flag=True, help="Read all rows, also where changes would do.")
def refresh_command(settings: str | None, is_full: bool) -> None:
    """Read every source, and publish a snapshot of them."""
    from connectors.documents.terminal import progress
    from connectors.snapshots.apart import refresh_apart

    loaded = settings_asked(settings)
    loaded = loaded.read_in_full if is_full else loaded
    with progress() as on_progress:
        snapshot = refresh_apart(loaded, _now(), on_progress)
    for name, table in snapshot.manifest.tables.items():
        click.echo(
            f"{name}: {table.read:,} read = {table.loaded:,} loaded + {table.rejected:,} rejected"
        )
        for how in table.how:
            click.echo(f"  {how}")
    click.echo(f"Published {snapshot.folder}")


@main.command("snapshots")
@SETTINGS
@click.option("--compare", "name", metavar="NAME", help="With the one shown; a beginning will do.")
@click.option("--prune", "is_prune", is_flag=True, help="Remove what the settings no longer keep.")
def snapshots_command(settings: str | None, name: str | None, is_prune: bool) -> None:
    """List the snapshots that are kept, or say how one differs from the one that is shown."""
    from connectors.documents.terminal import print_differences, print_snapshots
    from connectors.snapshots.disk.lock import refresh_lock
    from connectors.snapshots.listing import differences, listed_snapshots, snapshot_named
    from connectors.snapshots.newest_sound import last_good_snapshot
    from connectors.snapshots.snapshots import candidates, prune

    loaded = settings_asked(settings)
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
    """Print the KPIs of a period (by default of the month up to the day of the report).

    Where a source fails, those of the last good figures, with exit status 1 and the reason.
    """
    from connectors.documents.figures import last_good_figures
    from connectors.documents.terminal import print_report
    from connectors.snapshots.engine import checked_filters, open_facts
    from kpis.scorecard.report import report

    loaded = settings_asked(settings)
    now = _now()
    day = as_of.date() if as_of else loaded.report_day(now)
    period = period_asked(day, start, end, loaded)
    model = model_asked(attribution, loaded)
    snapshot, failures = last_good_figures(loaded, now)
    if failures and not as_of:
        day = snapshot.manifest.as_of
        period = period_asked(day, start, end, loaded)
    facts = open_facts(snapshot.folder, model, day)
    answer = report(facts, period, model, by, checked_filters(snapshot.folder, facts, conditions))
    rejected = snapshot.manifest.rejected
    if as_json:
        counts = {name: count for name, (count, _) in rejected.items() if count}
        click.echo(json.dumps({**answer, "rejected": counts}, ensure_ascii=False))
    else:
        print_report(answer, rejected)
    end_with(failures)


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
    from connectors.documents.figures import fresh_figures
    from connectors.notebook.notebook import open_notebook
    from connectors.outbox.messages import Messages
    from connectors.outbox.sending import send_alerts, send_digest
    from connectors.snapshots.engine import open_facts

    loaded = settings_asked(settings)
    served = channels(loaded, to, or_none=dry_run)
    if alerts and not loaded.alerts:
        raise SettingsError("The settings have no [[alerts]], so no line can be crossed. Add one.")
    now = _now()
    day = checked_day(as_of.date() if as_of else loaded.report_day(now))
    snapshot = fresh_figures(loaded, now)
    facts = open_facts(snapshot.folder, loaded.definitions.attribution, day)
    messages = Messages(loaded, snapshot, facts, open_notebook(loaded, to_read=dry_run))
    serve = send_alerts if alerts else send_digest
    end_with(serve(messages, served, now, click.echo, dry_run))


def _now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    gc.set_threshold(50_000)  # the search for garbage takes a fifth of the imports
    main()
