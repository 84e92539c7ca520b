"""What digests and alerts are told from: a snapshot's facts, the settings, and the notebook."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from connectors.notebook.notebook import Notebook
from connectors.outbox.alerts import Standing
from connectors.settings.settings import Settings
from connectors.snapshots.engine import filter_values
from connectors.snapshots.history import definitions_history
from connectors.snapshots.snapshots import Snapshot, read_table
from kpis.catalogue import CATALOGUE
from kpis.definitions import Target
from kpis.document import Document
from kpis.errors import AllianceError, SettingsError, nearest
from kpis.goals.targets import agreed
from kpis.meeting.digest import digest
from kpis.records import Action, AgreedTarget, Meeting
from kpis.scorecard.sums import Facts
from kpis.signs.alerts import Reading, alerts_document, readings
from kpis.signs.signs import signs
from kpis.weeks.usual_range import new_meanings

MEETING_EVERY = timedelta(days=7)
"""What is taken for the time between meetings where none was kept."""


@dataclass(frozen=True)
class Messages:
    """The messages as of ``facts.as_of``, under what both teams have agreed on by now."""

    settings: Settings
    snapshot: Snapshot
    facts: Facts
    notebook: Notebook

    def summary(self) -> Document:
        """The Monday summary ; raises NotebookError when the notebook is not there."""
        facts, settings, manifest = self.facts, self.settings, self.snapshot.manifest
        history = definitions_history(settings)
        changed_on = new_meanings(history.changes)
        rows_read = {name: table.read for name, table in manifest.tables.items()}
        targets = self._targets()
        found = signs(  # without open actions: the digest tells these by itself
            facts,
            targets=targets,
            owners=settings.owners,
            agreed=settings.signs,
            soundness=manifest.health.sound_shares(rows_read),
            definitions_before=history.on(self._last_meeting()),
            changed_on=changed_on,
        )
        return digest(
            facts,
            targets=targets,
            labels=self._labels(),
            found=found,
            actions=self.notebook.all(Action, status="open"),
            changed_on=changed_on,
            link=settings.outbox.dashboard,
        )

    def readings(self) -> tuple[list[Reading], list[AllianceError]]:
        """Where the KPI of each rule stands, and what is wrong with rules that cannot be asked.

        A campaign that is not known would have no MQLs, and be below any line.
        """
        known = filter_values(self.snapshot.folder, self.facts, "campaign")
        rules, failures = [], list[AllianceError]()
        for rule in dict.fromkeys(self.settings.alerts):
            if rule.campaign is None or rule.campaign in known:
                rules.append(rule)
            else:
                hint = nearest(rule.campaign, known)
                failures.append(SettingsError(f"alerts: no campaign '{rule.campaign}'. {hint}"))
        return readings(self.facts, rules, self._targets()), failures

    def alerts(self, found: Sequence[Reading], rules: Collection[str]) -> Document:
        """The message about those ``rules``, at least one, among the readings."""
        crossed = [reading for reading in found if reading.rule.key in rules]
        link = self.settings.outbox.dashboard
        return alerts_document(crossed, self._labels(), self.facts.company, link)

    def _last_meeting(self) -> date:
        """The day of the last closed meeting; a week ago where none is noted."""
        as_of = self.facts.as_of
        held = (m.held_on for m in self.notebook.all(Meeting) if m.closed_at is not None)
        return max((day for day in held if day < as_of), default=as_of - MEETING_EVERY)

    def _targets(self) -> tuple[Target, ...]:
        """Those of the settings and of the notebook; none of a KPI that is no more."""
        noted = [
            Target(kpi=t.kpi, period=t.period, value=t.value, campaign=t.campaign)
            for t in self.notebook.all(AgreedTarget)
            if t.kpi in CATALOGUE
        ]
        return agreed(self.settings.targets, noted)

    def _labels(self) -> dict[str, str]:
        """The names of campaigns, by id."""
        table = read_table(self.snapshot.folder, "campaigns")
        names = zip(table["campaign_id"], table["name"], strict=True)
        return {str(key): name for key, name in names if isinstance(name, str)}


def standings(found: Sequence[Reading]) -> list[Standing]:
    """The readings that could be judged, as the channels' states are kept of them."""
    return [
        Standing(reading.rule.key, reading.is_crossed, reading.value)
        for reading in found
        if reading.is_crossed is not None
    ]
