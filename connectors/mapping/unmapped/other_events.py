"""Rows of a log that say what happened, where it is not what their table counts.

Campaign members that were only sent a mail are no touches, a page that a lead viewed is no contact
by sales, and leaving a stage is no entry. The words are in ``event_words``.
"""

import re
from collections.abc import Iterator
from itertools import islice

import numpy as np
import numpy.typing as npt

from connectors.mapping.cells import shown, texts_of
from connectors.mapping.header_words import header_words
from connectors.mapping.notes import EXAMPLES, Note
from connectors.mapping.unmapped.columns import Rows, UnmappedColumns
from connectors.mapping.unmapped.deleted_rows import marked_note
from connectors.mapping.unmapped.event_words import FLAGS, OF_OTHERS, WORDS, Words
from connectors.mapping.unmapped.trial_rows import marked_by_flag
from kpis.display import listed


def event_notes(columns: UnmappedColumns) -> list[Note]:
    """Return a doubt for each column by which some rows are not what their table counts.

    Flags come first; a column that speaks of no further row is not named. None where one value is
    in every row, as in an export of one kind, or where no value says so, such as a channel's name.
    """
    said = np.zeros(len(columns.numbers), dtype=bool)
    return [*_flagged(columns, said), *_worded(columns, said)]


def _flagged(columns: UnmappedColumns, said: Rows) -> Iterator[Note]:
    for flag in FLAGS.get(columns.table, ()):
        for at, header in columns.headed(re.compile(flag.headers)):
            cells = columns.cells(at)
            marked = marked_by_flag(cells, flag.by_no)
            rows = np.append(marked, False)[cells.codes]
            if _is_news(rows, said) and not rows.all():
                said |= rows
                yield marked_note(columns, header, cells, marked, flag.how, f"If {flag.so}, ")


def _worded(columns: UnmappedColumns, said: Rows) -> Iterator[Note]:
    for words in WORDS.get(columns.table, ()):
        for at, header in _headed(columns, words):
            cells = columns.cells(at)
            texts = texts_of(cells.values)
            cell_words = [header_words(text) for text in texts]
            says = [words.says(one) for one in cell_words]
            others = [one for one, is_named in zip(cell_words, says, strict=True) if not is_named]
            rows = np.array([*says, False], dtype=bool)[cells.codes]
            is_one = len(texts) == 1 and bool(rows.all())
            if is_one or not _is_news(rows, said) or not _are_beside(others, words):
                continue
            said |= rows
            named = [text for text, is_named in zip(texts, says, strict=True) if is_named]
            yield _note(columns, at, header, np.flatnonzero(rows), named, words)


def _headed(columns: UnmappedColumns, words: Words) -> Iterator[tuple[int, str]]:
    """The columns that may say it, the mapped one first."""
    if words.column in columns.origin:
        yield columns.origin[words.column], columns.called[words.column]
    for at, header in columns.headed(re.compile(words.headers)):
        if not OF_OTHERS.search(header_words(header)):
            yield at, header


def _is_news(rows: Rows, said: Rows) -> bool:
    return bool((rows & ~said).any())


def _are_beside(others: list[str], words: Words) -> bool:
    """Whether the other values of the column are such as a log of this kind has."""
    if words.never and any(re.fullmatch(words.never, one) for one in others):
        return False
    return not words.beside or any(re.fullmatch(words.beside, one) for one in others)


def _note(
    columns: UnmappedColumns,
    at: int,
    header: str,
    rows: npt.NDArray[np.intp],
    named: list[str],
    words: Words,
) -> Note:
    texts = columns.texts(at)
    pairs = zip(columns.numbers[rows].tolist(), texts[rows].tolist(), strict=True)
    not_mapped = "which is not mapped, " if at in columns.headers else ""
    values = listed([f"'{shown(value)}'" for value in named])
    return Note(
        table=columns.table,
        column="",
        rows=len(rows),
        what=f"are {values} in '{header}', {not_mapped}but counted {words.counted}",
        examples=tuple(f"row {number}: {text}" for number, text in islice(pairs, EXAMPLES)),
        remedy=f"If {words.so}, leave them out: {columns.where(columns.others(at, named))}.",
        is_doubt=True,
    )
