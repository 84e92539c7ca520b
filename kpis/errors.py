"""Errors for the person who can act on them: what, where, what to do.

Every error carries one readable paragraph. The edges (command line, pages) show that paragraph
as it is; nobody parses it, and it never holds a secret.
"""

from collections.abc import Iterable
from difflib import get_close_matches


class AllianceError(Exception):
    """Base of every error that a person can act on; ``str(error)`` is the paragraph to show."""


class UsageError(AllianceError):
    """A question that cannot be asked: an unknown KPI, dimension, model or an impossible period."""


class SettingsError(AllianceError):
    """The settings file is missing, unreadable, or says something that cannot be meant."""


class SourceError(AllianceError):
    """A source could not be read: unreachable, refused, or without the thing that was asked for."""


class NotThere(SourceError):
    """An optional table that the source lacks, or that has no rows: to be noted, no failure."""


class MappingError(AllianceError):
    """A whole table cannot be used as mapped: a missing column, or dates that read both ways."""


class SnapshotError(AllianceError):
    """There is no usable snapshot, or another refresh is writing one."""


class NotebookError(AllianceError):
    """The teams' own records cannot be read or written, or this record cannot be kept as it is."""


class OutboxError(AllianceError):
    """A message was not accepted by the channel that it was for."""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a hint such as ``Did you mean 'mql_at'?``, or the known names where none is near.

    At most a dozen names are listed; the hint is empty when nothing is known.
    """
    options = sorted(set(known))
    by_folded = {option.casefold(): option for option in options}
    close = get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    if close:
        return f"Did you mean '{by_folded[close[0]]}'?"
    more = f" and {len(options) - 12} more" if len(options) > 12 else ""
    return f"Known: {', '.join(options[:12])}{more}." if options else ""
