"""Questions to DuckDB whose SQL is written once: other values of a filter are its parameters."""

import re
from collections.abc import Callable, Hashable
from itertools import count

import ibis.expr.types as ir
from ibis.backends.duckdb import Backend as DuckDB

from kpis.model import Where
from kpis.scorecard.daily import Columns

SHAPES_KEPT = 100
_STAND_IN = re.compile(r"'\?(\d+)\?'")


class Asked:
    """Asks ``engine`` as kpis.scorecard.selection.Ask does; by one thread at a time.

    To write the SQL of a question takes as long as to answer it.
    """

    def __init__(self, engine: DuckDB) -> None:
        self._engine = engine
        self._sql: dict[Hashable, str] = {}

    def __call__(
        self, shape: Hashable, where: Where, question: Callable[[Where], ir.Table]
    ) -> Columns:
        """The answer for a filter, the columns that ``question`` asks for."""
        key = shape, tuple((name, len(values)) for name, values in where.items())
        sql = self._sql.pop(key) if key in self._sql else self._written(where, question)
        self._sql[key] = sql
        if len(self._sql) > SHAPES_KEPT:
            del self._sql[next(iter(self._sql))]
        values = [value for values in where.values() for value in values]
        answer = self._engine.con.sql(sql, params=values).to_arrow_table()
        return {name: answer[name].to_numpy() for name in answer.column_names}

    def _written(self, where: Where, question: Callable[[Where], ir.Table]) -> str:
        """The SQL with a parameter for each value; texts that no value is stand for them."""
        numbers = count(1)
        stand_ins = {name: [f"?{next(numbers)}?" for _ in values] for name, values in where.items()}
        return _STAND_IN.sub(r"$\1", self._engine.compile(question(stand_ins)))
