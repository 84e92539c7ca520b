"""What kept snapshots say of earlier days: the definitions that held, and when they changed."""

from dataclasses import dataclass
from datetime import date

from connectors.settings.settings import Settings
from connectors.snapshots.snapshots import kept_snapshots
from kpis.definitions import Definitions


@dataclass(frozen=True)
class DefinitionsHistory:
    """Day of a report and the definitions that it was made with, oldest first, one per day."""

    days: tuple[tuple[date, Definitions], ...]

    def on(self, day: date) -> Definitions | None:
        """The definitions of the last report up to ``day``; None when none is kept."""
        earlier = [definitions for made_for, definitions in self.days if made_for <= day]
        return earlier[-1] if earlier else None

    @property
    def changes(self) -> tuple[tuple[date, tuple[str, ...]], ...]:
        """Each day whose report was the first with other definitions, and the switches changed."""
        pairs = zip(self.days, self.days[1:], strict=False)
        found = ((day, now.changed_from(before)) for (_, before), (day, now) in pairs)
        return tuple((day, switches) for day, switches in found if switches)


def definitions_history(settings: Settings) -> DefinitionsHistory:
    """The definitions of the company's kept snapshots; the last snapshot of a day speaks for it.

    A snapshot is the company's when it has its name: a folder may hold those of several.
    """
    by_day: dict[date, Definitions] = {}
    for snapshot in reversed(kept_snapshots(settings)):
        if snapshot.manifest.company.name == settings.company.name:
            by_day[snapshot.manifest.as_of] = snapshot.manifest.definitions
    return DefinitionsHistory(tuple(sorted(by_day.items())))
