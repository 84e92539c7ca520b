"""Numbers in place of words, which an engine joins, groups and sorts in half of the time."""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir


def numbered(number: str, words: Sequence[str], tables: Sequence[ir.Table]) -> ir.Table:
    """Each combination of ``words`` that stands in ``tables`` once, and its ``number`` last.

    Numbers are in the order of the words, the same whenever they are computed.
    """
    found = ibis.union(*(table.select(*words) for table in tables), distinct=True)
    place = ibis.row_number().over(order_by=list(words)).cast("int32")  # half as wide as by itself
    return found.mutate(**{number: place})


def in_numbers(rows: ir.Table, known: Sequence[ir.Table]) -> ir.Table:
    """Rows with numbers in place of their words; known: as :func:`numbered` returns them.

    Null where one of the words is.
    """
    for words in known:
        names = words.columns[:-1]
        meant = words.rename({f"meant_{name}": name for name in names})
        rows = rows.left_join(meant, [rows[name] == meant[f"meant_{name}"] for name in names])
        rows = rows.drop(*names, *(f"meant_{name}" for name in names))
    return rows
