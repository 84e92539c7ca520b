"""Questions to DuckDB whose SQL is written once: the texts in it are its parameters."""

import re
from collections.abc import Callable, Hashable
from itertools import chain, count

import ibis.expr.types as ir
from ibis.backends.duckdb import Backend as DuckDB

from kpis.scorecard.daily import Columns
from kpis.scorecard.selection import Texts

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
        self, shape: Hashable, texts: Texts, question: Callable[[Texts], ir.Table]
    ) -> Columns:
        """The answer for these texts, the columns that ``question`` asks for."""
        key = shape, tuple(map(len, texts))
        sql = self._sql.pop(key) if key in self._sql else self._written(texts, question)
        self._sql[key] = sql
        if len(self._sql) > SHAPES_KEPT:
            del self._sql[next(iter(self._sql))]
        answer = self._engine.con.sql(sql, params=list(chain(*texts))).to_arrow_table()
        return {name: answer[name].to_numpy() for name in answer.column_names}

    def _written(self, texts: Texts, question: Callable[[Texts], ir.Table]) -> str:
        """The SQL with a parameter for each text; texts that no value is stand for them."""
        numbers = count(1)
        stand_ins = [[f"?{next(numbers)}?" for _ in some] for some in texts]
        return _STAND_IN.sub(r"$\1", self._engine.compile(question(stand_ins)))
