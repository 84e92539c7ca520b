"""How an engine is handed a question that is made of many tables."""

import ibis.expr.types as ir


class Keep:
    """Hands over each question as a whole; a connector can do better."""

    def once(self, name: str, table: ir.Table) -> ir.Table:
        """Have the engine work out a table once, under a name, for several questions."""
        return table

    def apart(self, name: str, table: ir.Table) -> ir.Table:
        """Write a part of a question, under a name, by itself.

        The time that it takes to write SQL grows faster than its length.
        """
        return table


AS_A_WHOLE = Keep()
