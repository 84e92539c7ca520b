"""Tables that several questions are made of: an engine may work them out once."""

from collections.abc import Callable

import ibis.expr.types as ir

Keep = Callable[[str, ir.Table], ir.Table]
"""Has an engine work out a table once, under a name; several questions are asked of it."""


def as_it_is(name: str, table: ir.Table) -> ir.Table:
    """Keep nothing: each question works the table out anew."""
    return table
