"""Rows of a system's test mode, by a flag that nobody mapped: ``livemode``, ``is_test``."""

import re

import numpy as np

from connectors.mapping.cells import Cells, texts_of
from connectors.mapping.notes import Note
from connectors.mapping.unmapped.columns import Rows, UnmappedColumns
from connectors.mapping.unmapped.deleted_rows import are_no, marked_note

_TABLES = ("leads", "deals", "customers", "payments")
"""Not costs: what an ad costs that is a test was spent."""
_THING = r"(?:mode|data|flag|record|order|payment|transaction|lead|contact|deal|account|customer)"
_TEST = re.compile(
    rf"(?:is )?(?:test|sandbox)(?: {_THING})?|testmode|testmodus|testdaten|ist test|is dummy"
)
_LIVE = re.compile(r"(?:is )?(?:live|production)(?: mode)?|livemode|is live")
_YES_OR_NO = frozenset(("true", "false", "t", "f", "yes", "no", "y", "n", "1", "0", "ja", "nein"))


def trial_notes(columns: UnmappedColumns) -> list[Note]:
    """Return a doubt for each flag of test data that is true in some rows, or of live ones false.

    All of its values are yes or no: a column ``Test`` of names says nothing. A blank is no mark.
    """
    if columns.table not in _TABLES:
        return []
    notes = []
    for words, is_live in ((_TEST, False), (_LIVE, True)):
        for at, header in columns.headed(words):
            cells = columns.cells(at)
            marked = marked_by_flag(cells, is_live)
            if marked.any():
                how = "not live" if is_live else "marked as a test"
                notes.append(
                    marked_note(columns, header, cells, marked, how, "If they are made up, ")
                )
    return notes


def marked_by_flag(cells: Cells, by_no: bool) -> Rows:
    """Return which distinct values mark a row, no or yes; none where one is neither."""
    is_flag = all(text.casefold() in _YES_OR_NO for text in texts_of(cells.values))
    says_no = are_no(cells)
    return (says_no if by_no else ~says_no) & np.bool_(is_flag)
