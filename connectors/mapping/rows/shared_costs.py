"""Costs without a campaign: shared costs, or the cells of a merged column that lost its merges."""

import numpy as np
import numpy.typing as npt

from connectors.mapping.notes import Note

_LEAST_GROUPS = 2


def shared_costs_notes(is_blank: npt.NDArray[np.bool_]) -> list[Note]:
    """Return a note on costs of which some have no campaign.

    is_blank: for each loaded row whether it has none. It is a doubt where each campaign stands
    once, above rows without one.
    """
    blank = int(is_blank.sum())
    if not 0 < blank < len(is_blank):
        return []
    have, count = ("has", "it counts") if blank == 1 else ("have", "they count")
    is_merged = _looks_merged(is_blank)
    remedy = "Each campaign stands once, above rows without one, as a merged column does that lost "
    remedy += "its merges: write the campaign into every row, if the rows below it are its own."
    return [
        Note(
            table="costs",
            column="",
            rows=blank,
            what=f"of {len(is_blank):,} {have} no campaign: {count} as shared cost",
            remedy=remedy if is_merged else "",
            is_doubt=is_merged,
        )
    ]


def _looks_merged(is_blank: npt.NDArray[np.bool_]) -> bool:
    """Whether every filled cell has a blank one below it, from the first row on."""
    filled = np.flatnonzero(~is_blank)
    below = np.append(is_blank, False)[filled + 1]
    return bool(filled[0] == 0 and len(filled) >= _LEAST_GROUPS and below.all())
