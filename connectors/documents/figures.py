"""The figures that a command answers from: fresh ones, or the last good ones."""

from datetime import datetime

import click

from connectors.documents.terminal import end_of_progress, progress
from connectors.settings.settings import Settings
from connectors.snapshots.apart import refresh_apart
from connectors.snapshots.fresh import fresh_one, fresh_snapshot
from connectors.snapshots.newest_sound import current_snapshot, made_text, passed_over
from connectors.snapshots.snapshots import Snapshot
from connectors.snapshots.time_limit import ended_at_limit
from kpis.errors import AllianceError


def fresh_figures(settings: Settings, now: datetime) -> Snapshot:
    """Return a fresh snapshot; on standard error, what newer one is damaged.

    Where there are older figures, a refresh that takes too long is ended without this process.

    Raises the AllianceError of the refresh.
    """
    limited = ("The refresh", settings)
    with progress() as shown:
        if current_snapshot(settings) is not None:
            snapshot = fresh_one(settings, now) or refresh_apart(settings, now, shown)
        else:
            with ended_at_limit(*limited, shown, end_of_progress) as watched:
                snapshot = fresh_snapshot(settings, now, watched)
    damage = passed_over(settings, snapshot)
    if damage is not None:
        click.echo(damage.text, err=True)
    return snapshot


def last_good_figures(settings: Settings, now: datetime) -> tuple[Snapshot, list[AllianceError]]:
    """Return a fresh snapshot, else the newest of these settings and why there is no fresh one.

    Raises the AllianceError of the refresh where there is none at all.
    """
    try:
        return fresh_figures(settings, now), []
    except AllianceError as error:
        kept = current_snapshot(settings)
        if kept is None:
            raise
        click.echo(f"These are the last good figures, those of {made_text(kept)}.", err=True)
        return kept, [error]
