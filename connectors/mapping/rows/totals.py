"""Rows that are a total or subtotal: labelled as one, or the sum of others and without a label."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from connectors.mapping.amounts.amount_column import row_amounts
from connectors.mapping.cells import Cells, shown, text_of
from connectors.mapping.notes import RowDoubt
from connectors.mapping.rejects import NoRow
from connectors.mapping.rows.rounded_sums import is_nearly_sum, is_sum
from connectors.mapping.rows.statistics import statistics, statistics_named
from connectors.mapping.rows.total_labels import group_of, is_word, total_labels
from connectors.settings.tables import TableSettings
from kpis.model import TABLES, Column

Rows = npt.NDArray[np.bool_]
Positions = npt.NDArray[np.intp]
Found = tuple[list[NoRow], list[RowDoubt]]

USUAL = 0.95
"""A cell is expected where this share of the other rows has one."""
_FULL_AT_MOST = 2
"""Rows that lack nothing but are called a total; more of one label are a campaign of that name."""
_BLOCKS = 500
"""More rows than these without a name are shared costs, not subtotals."""
_SPENT = ("campaigns", "costs", "payments")
"""Tables whose reports sum up all rows in one."""
_LEAST_OTHERS = 3
"""Rows of which one more may be the sum; of two it is often a coincidence."""


class Totals:
    """Which rows of a table are totals; ``labelled``: row → column of the label, is it whole."""

    def __init__(
        self,
        table: str,
        columns: Sequence[Column],
        cells: Mapping[str, Cells],
        size: int,
        settings: TableSettings,
        keep: str,
    ) -> None:
        self._table, self._cells, self._size = table, cells, size
        self._columns, self._settings, self._keep = columns, settings, keep
        self.labelled: dict[int, tuple[Column, bool]] = {}
        for column in columns:
            if column.kind not in ("money", "number"):
                self._add_labels(column)
        self._like_statistics: list[int] = []
        self._add_statistics()

    def _add_labels(self, column: Column) -> None:
        cells = self._cells[column.name]
        labels = total_labels(cells)
        for row in np.flatnonzero(np.isin(cells.codes, list(labels))).tolist():
            self.labelled.setdefault(row, (column, labels[int(cells.codes[row])]))

    def _add_statistics(self) -> None:
        """Label the rows that are named as a statistic and hold that of the unlabelled rows."""
        named: dict[int, tuple[Column, str]] = {}
        for column in self._labels if self._money else []:
            cells = self._cells[column.name]
            words = statistics_named(cells)
            for row in np.flatnonzero(np.isin(cells.codes, list(words))).tolist():
                named.setdefault(row, (column, words[int(cells.codes[row])]))
        if not named or self.row_amounts is None:
            return
        others = ~np.isnan(self.row_amounts)
        others[[*named, *self.labelled]] = False
        usual = self._usual(others)
        lacking = {row for row in named if any(self._is_blank(row, c) for c in usual)}
        called = {row: (column.name, word) for row, (column, word) in named.items()}
        found, self._like_statistics = statistics(called, self.row_amounts, others, lacking)
        for row in found:
            self.labelled.setdefault(row, (named[row][0], True))

    def with_label(self, apart: Rows) -> Found:
        """The labelled rows that lack what other rows have, or are the sum of others.

        apart: rows that are no evidence. A whole label among ids is enough by itself, in a table
        with amounts, for a row or two: ``Total``. More of one label are loaded, with a note.
        """
        usual = self._usual(~apart)
        needed = [c for c in usual if c.required or c.kind in ("time", "day")]
        full: list[NoRow] = []
        found: list[NoRow] = []
        for row, (column, is_whole) in self.labelled.items():
            label = self._text(column.name, row)
            one = NoRow(row, column.name, label, f"is the label of a total; {self._keep}")
            is_name = is_whole and column in self._labels
            lacks = any(self._is_blank(row, c) for c in (usual if is_name else needed))
            if column.kind != "text" or lacks or self._is_sum(row, apart):
                found.append(one)
            elif is_name and self.row_amounts is not None and not is_word(label):
                full.append(one)
        times = Counter(one.value.casefold() for one in full)
        many = {one.row: one.value for one in full if times[one.value.casefold()] > _FULL_AT_MOST}
        found += [one for one in full if one.row not in many]
        what = "are labelled as totals but look like any other row, and were loaded"
        like = "have the name and amount of a statistic of others, loaded as that may be chance"
        doubts = ((many, what), ({row: self._named(row) for row in self._like_statistics}, like))
        return found, [self._doubt(rows, what) for rows, what in doubts if rows]

    def without_label(self, apart: Rows) -> Found:
        """The first or last row, or the last row of each block, that names nothing and adds up."""
        rows = np.flatnonzero(~apart)
        for column in self._labels:
            is_blank = self._cells[column.name].codes[rows] < 0
            if not is_blank.any():
                continue
            blank, named = rows[is_blank], rows[~is_blank]
            if len(named) < 2 or not all(self._is_nameless(row, named) for row in blank[:_BLOCKS]):
                continue
            if len(blank) == 1 and blank[0] in (rows[0], rows[-1]):
                return self._one_total(column, int(blank[0]), named)
            at_end = 1 < len(blank) <= _BLOCKS and blank[-1] == rows[-1]
            if at_end and self._are_subtotals(named, blank):
                return [self._no_row(column, row) for row in blank.tolist()], []
            if at_end and self._are_subtotals(named, blank, is_near=True):
                what = f"without {column.name} hold nearly the sums of rows above, and were loaded"
                values = {row: self._text(self._money, row) for row in blank.tolist()}
                return [], [self._doubt(values, what)]
        return [], []

    def of_all_others(self, apart: Rows, found: Sequence[NoRow]) -> list[RowDoubt]:
        """A doubt on the first or last row that is the sum of all others, whatever it is called.

        Its name, in a column of text, is no other row's. Of deals one may be worth the others. So
        is the last of costs or payments that is minus that sum, as a closing entry is.
        """
        if self._table not in _SPENT or found:
            return []
        rows = np.flatnonzero(~apart)
        texts = [self._cells[c.name].codes for c in self._columns if c.kind == "text"]
        if len(rows) <= _LEAST_OTHERS:
            return []
        for row in (int(rows[0]), int(rows[-1])):
            others = rows[rows != row]
            is_named = any(codes[row] >= 0 and codes[row] not in codes[others] for codes in texts)
            values = np.array([]) if self.row_amounts is None else self.row_amounts[others]
            if (values > 0).sum() < _LEAST_OTHERS:
                continue
            if row == rows[-1] and self._adds_up(row, others, sign=-1):
                return [self._closing(row)]
            if is_named and self._adds_up(row, others, is_near=True):
                what = f"at an end of the table holds {self._how(row, others)}, and was loaded"
                return [self._doubt({row: self._named(row)}, what)]
        return []

    def kept(self, apart: Rows) -> list[RowDoubt]:
        """A doubt on rows that the settings keep and that hold the sum of all others together.

        Those of one label, or one at an end. A campaign of that name adds up by coincidence alone.
        """
        rows = np.flatnonzero(~apart)
        by_label: dict[str, list[int]] = {}
        for row, (column, _) in self.labelled.items():
            by_label.setdefault(self._text(column.name, row), []).append(row)
        sums = [
            row
            for own in by_label.values()
            for others in (np.setdiff1d(rows, own), np.setdiff1d(rows, list(self.labelled)))
            if self._adds_up(own, others)
            for row in own
        ]
        if not sums:
            return self.of_all_others(apart, [])
        what = "hold exactly the sum of all others, loaded as the settings keep totals"
        return [self._doubt({row: self._named(row) for row in sums}, what)]

    def _named(self, row: int) -> str:
        """The texts and the amount of a row."""
        named = [c.name for c in self._columns if c.kind == "text" and not self._is_blank(row, c)]
        return ", ".join(self._text(name, row) for name in (*named, self._money))

    def _one_total(self, column: Column, row: int, others: Positions) -> Found:
        if not self._adds_up(row, others, is_near=True):
            return [], []
        if self._adds_up(row, others) and not self._has_own_day(row, others):
            return [self._no_row(column, row)], []
        what = f"without {column.name} holds {self._how(row, others)}, and was loaded"
        return [], [self._doubt({row: self._text(self._money, row)}, what)]

    def _doubt(self, values: Mapping[int, str], what: str) -> RowDoubt:
        remedy = "If it is a total, take it out of the source: it would count amounts twice."
        return RowDoubt(self._table, values, what, remedy)

    def _closing(self, row: int) -> RowDoubt:
        what = "at the end holds exactly minus the sum of all others, so that they add up to 0"
        remedy = "If it closes an account at the end of its year, take it out of the source."
        return RowDoubt(self._table, {row: self._named(row)}, what, remedy)

    def _no_row(self, column: Column, row: int) -> NoRow:
        reason = f"is the sum of other rows, and {column.name} is blank: a total; {self._keep}"
        return NoRow(row, self._money, self._text(self._money, row), reason)

    def _are_subtotals(self, named: Positions, blank: Positions, is_near: bool = False) -> bool:
        """Whether each blank row is the sum of those since the last one; the last may sum all."""
        begins = np.concatenate([[-1], blank[:-1]])
        for begin, end in zip(begins.tolist(), blank.tolist(), strict=True):
            block = named[(named > begin) & (named < end)]
            of = named if end == blank[-1] and len(block) == 0 else block
            if len(of) < 2 or not self._adds_up(end, of, is_near=is_near):
                return False
        return True

    def _is_sum(self, row: int, apart: Rows) -> bool:
        """Whether a labelled row is the sum of all others, of those next to it, or of its group.

        The group is the rows that the label names, of which one is enough.
        """
        if self.row_amounts is None:
            return False
        rows = np.flatnonzero(~apart)
        before = max((other for other in self.labelled if other < row), default=-1)
        after = min((other for other in self.labelled if other > row), default=self._size)
        next_to = rows[(rows > before) & (rows < row)], rows[(rows > row) & (rows < after)]
        if any(len(block) >= 2 and self._adds_up(row, block) for block in (rows, *next_to)):
            return True
        column = self.labelled[row][0].name
        group = np.isin(self._cells[column].codes[rows], self._named_by(row))
        blocks = (rows[group], *(block[np.isin(block, rows[group])] for block in next_to))
        return any(self._adds_up(row, block, least=1) for block in blocks)

    def _named_by(self, row: int) -> list[int]:
        """The values of the label's column that the label names: ``fair`` of ``fair Ergebnis``."""
        cells = self._cells[self.labelled[row][0].name]
        names = {name.casefold() for name in group_of(text_of(cells.values[cells.codes[row]]))}
        return [at for at, text in enumerate(cells.values) if str(text).casefold() in names]

    def _adds_up(
        self,
        row: int | list[int],
        others: Positions,
        least: int = 2,
        sign: int = 1,
        is_near: bool = False,
    ) -> bool:
        """Whether a row, or several together, hold the sum of ``others``, or minus it."""
        values = self.row_amounts
        if values is None or np.count_nonzero(np.nan_to_num(values[others])) < least:
            return False
        adds_up = is_nearly_sum if is_near else is_sum
        return adds_up(sign * float(np.nansum(values[row])), values[others])

    def _how(self, row: int, others: Positions) -> str:
        """How near a row is to the sum of all others."""
        if self._adds_up(row, others) or self.row_amounts is None:
            return "exactly the sum of all others"
        return f"nearly the sum of all others, {np.nansum(self.row_amounts[others]):,.2f}"

    def _has_own_day(self, row: int, others: Positions) -> bool:
        """Whether the row has a day that no other row has; a total repeats days or has none."""
        for column in self._columns:
            codes = self._cells[column.name].codes
            if column.kind in ("time", "day") and codes[row] >= 0:
                return codes[row] not in codes[others]
        return False

    def _usual(self, rows: Rows) -> list[Column]:
        """The columns that nearly all of ``rows`` fill."""
        if not rows.any():
            return []
        return [c for c in self._columns if (self._cells[c.name].codes[rows] >= 0).mean() >= USUAL]

    def _is_nameless(self, row: int, others: Positions) -> bool:
        """Whether a row is blank in each label that all ``others`` have."""
        known = [c for c in self._labels if (self._cells[c.name].codes[others] >= 0).all()]
        return all(self._is_blank(row, column) for column in known)

    def _is_blank(self, row: int, column: Column) -> bool:
        return bool(self._cells[column.name].codes[row] < 0)

    def _text(self, column: str, row: int) -> str:
        cells = self._cells[column]
        return shown(text_of(cells.values[cells.codes[row]]))

    @property
    def _labels(self) -> list[Column]:
        """The columns whose cells say what a row is about."""
        key = TABLES[self._table].key
        ids = ("campaign_id", "name", "lead_id", "deal_id", "customer_id")
        return [c for c in self._columns if c.kind == "text" and (c.name in key or c.name in ids)]

    @property
    def _money(self) -> str:
        return next((c.name for c in self._columns if c.kind == "money"), "")

    @cached_property
    def row_amounts(self) -> npt.NDArray[np.float64] | None:
        """The amount of each row, NaN where there is none; None where the column is not clear."""
        if not self._money:
            return None
        return row_amounts(self._cells[self._money], self._settings.decimal)
