"""The definitions that the reports of earlier days were made with, as kept snapshots have them."""

from datetime import date

from connectors.settings.settings import Settings
from connectors.snapshots.snapshots import kept_snapshots
from kpis.definitions import Definitions


def definitions_history(settings: Settings) -> tuple[tuple[date, Definitions], ...]:
    """Each day of a report and its definitions, oldest first; of a day the last snapshot's.

    A snapshot is the company's when it has its name: a folder may hold those of several.
    """
    by_day: dict[date, Definitions] = {}
    for snapshot in reversed(kept_snapshots(settings)):
        if snapshot.manifest.company.name == settings.company.name:
            by_day[snapshot.manifest.as_of] = snapshot.manifest.definitions
    return tuple(sorted(by_day.items()))
