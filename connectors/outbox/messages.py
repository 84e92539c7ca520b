"""What digests and alerts are made of: a snapshot's facts, the settings, and the notebook."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from connectors.notebook.notebook import Notebook
from connectors.outbox.sent_alerts import LineState
from connectors.settings.settings import Settings
from connectors.snapshots.beside_figures import table_targets
from connectors.snapshots.engine import filter_values
from connectors.snapshots.snapshots import Snapshot, definitions_history, read_table
from kpis.document import Document
from kpis.errors import AllianceError, SettingsError, nearest
from kpis.goals.standings import running_standings
from kpis.health.rejected import rejected_text
from kpis.meeting.agreements import Agreements, agreements, campaign_labels
from kpis.meeting.digest import digest
from kpis.records import Action, AgreedTarget, Meeting
from kpis.scorecard.selection import Facts
from kpis.signs.alerts import Reading, alerts_document, readings
from kpis.signs.signs import signs


@dataclass(frozen=True)
class Messages:
    """The messages as of ``facts.as_of``, under what both teams have agreed on by now."""

    settings: Settings
    snapshot: Snapshot
    facts: Facts
    notebook: Notebook

    @cached_property
    def agreed(self) -> Agreements:
        """What holds now; raises NotebookError when the notebook is not there."""
        table = read_table(self.snapshot.folder, "campaigns")
        names = zip(table["campaign_id"], table["name"], strict=True)
        return agreements(
            self.facts.as_of,
            self.facts.company,
            targets=self.settings.targets,
            owners=self.settings.owners,
            thresholds=self.settings.signs,
            labels=campaign_labels(
                {str(key): name for key, name in names if isinstance(name, str)}, self._campaigns
            ),
            table_targets=table_targets(self.snapshot.folder),
            agreed_targets=self.notebook.all(AgreedTarget),
            meetings=self.notebook.all(Meeting),
            definitions=definitions_history(self.settings),
        )

    @cached_property
    def _campaigns(self) -> list[str]:
        return filter_values(self.snapshot.folder, self.facts, "campaign")

    def summary(self) -> Document:
        """The Monday summary."""
        agreed, manifest = self.agreed, self.snapshot.manifest
        rows_read = {name: table.read for name, table in manifest.tables.items()}
        held = running_standings(self.facts, agreed.targets)
        found = signs(  # without open actions: the digest lists them itself
            self.facts,
            targets=agreed.targets,
            held=held,
            owners=agreed.owners,
            agreed=agreed.thresholds,
            soundness=manifest.health.sound_shares(rows_read),
            definitions_before=agreed.definitions_before,
            changed_on=agreed.changed_on,
        )
        return digest(
            self.facts,
            held=held,
            labels=agreed.labels,
            found=found,
            actions=self.notebook.all(Action, status="open"),
            changed_on=agreed.changed_on,
            rejected=rejected_text(manifest.rejected, "Sources"),
            link=self.settings.outbox.dashboard,
        )

    def readings(self) -> tuple[list[Reading], list[AllianceError]]:
        """Where the KPI of each rule stands, and what is wrong with rules that cannot be asked.

        A campaign that is not known would have no MQLs, and be below any line.
        """
        rules, failures = [], list[AllianceError]()
        for rule in dict.fromkeys(self.settings.alerts):
            if rule.campaign is None or rule.campaign in self._campaigns:
                rules.append(rule)
            else:
                hint = nearest(rule.campaign, self._campaigns)
                failures.append(SettingsError(f"alerts: no campaign '{rule.campaign}'. {hint}"))
        return readings(self.facts, rules, self.agreed.targets), failures

    def alerts(self, found: Sequence[Reading], rules: Collection[str]) -> Document:
        """The message about those ``rules``, at least one, among the readings."""
        crossed = [reading for reading in found if reading.rule.key in rules]
        link = self.settings.outbox.dashboard
        return alerts_document(crossed, self.agreed.labels, self.facts.company, link)


def line_states(found: Sequence[Reading]) -> list[LineState]:
    """The readings that could be judged, as the channels' states are kept of them."""
    return [
        LineState(reading.rule.key, reading.is_crossed, reading.value)
        for reading in found
        if reading.is_crossed is not None
    ]
