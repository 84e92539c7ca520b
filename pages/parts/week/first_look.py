"""What "This week" asks of new figures with nothing filtered, asked before a reader does."""

from connectors.snapshots.snapshots import Snapshot
from kpis.catalogue import SEVEN
from pages.parts.charts.theme import colours_of, described_once
from pages.parts.frame.filters import unfiltered
from pages.parts.week.outlook import outlook
from pages.parts.week.overview import by_campaign, overview, what_changed
from pages.parts.week.trend import trend_picture
from pages.parts.week.week_answers import signs_of, standings_of


def make_first_look(snapshot: Snapshot) -> None:
    """Make the answers of a snapshot, and the chart in light colours; all are kept."""
    chosen, first = unfiltered(snapshot), SEVEN[0]
    by_campaign(chosen)
    standings_of(chosen)
    signs_of(chosen)
    what_changed(chosen, first)
    outlook(chosen, first)
    described_once(trend_picture(overview(chosen), first, chosen), colours_of("light"))
