"""Figures that are there before the first reader, and stay as fresh as the settings say."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event, Thread

from connectors.settings.settings import Settings
from connectors.snapshots.apart import first_snapshot, refresh_if_due
from connectors.snapshots.newest_sound import current_snapshot
from connectors.snapshots.snapshots import Snapshot
from kpis.errors import AllianceError
from pages.parts.frame.data import settings

LOOK_SECONDS = 15
_LOG = logging.getLogger(__name__)


def keep_fresh(ended: Event) -> None:
    """Make figures where there are none, then as often as ``snapshots.refresh_every`` says.

    What the first page asks of new figures is asked as soon as they are seen. No error ends this:
    figures would grow old until somebody starts the server anew.
    """
    at_start = Thread(target=_figures, args=(first_snapshot,), daemon=True)  # ends with the server
    at_start.start()
    from pages.parts.week.first_look import make_first_look  # imported while that runs

    at_start.join()
    looked_at = None
    while not ended.wait(LOOK_SECONDS):
        newest = _figures(refresh_if_due)
        if newest is not None and newest != looked_at:
            try:
                make_first_look(newest)
            except Exception:  # the page fails alike, and says so to its reader
                _LOG.exception("The first look at %s cannot be made", newest.name)
            looked_at = newest


def _figures(make: Callable[[Settings, datetime], object]) -> Snapshot | None:
    """The newest figures; ``make`` makes new ones where it is time."""
    try:
        agreed = settings()
        if agreed.tables:
            make(agreed, datetime.now(UTC))
        return current_snapshot(agreed)
    except AllianceError as error:  # the page says so, too
        _LOG.warning("No new figures: %s", error)
    except Exception:  # an error of ours: its log says where, and the next look tries again
        _LOG.exception("No new figures")
    return None
