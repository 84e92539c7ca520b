"""What the engine is asked while a block runs, and how long it takes to answer."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import duckdb

from pages.parts.meeting.agenda import AHEAD

_QUESTION = re.compile(r"\s*\(*\s*(SELECT|WITH|FROM)\b", re.IGNORECASE)
_ANSWERS = ("to_arrow_table", "fetchall", "df")


@dataclass
class Asked:
    """questions: the SQL of each, without statements that make tables. seconds: of all of them.

    ahead: those that are asked for the next step of the meeting while this one is looked at; they
    are no part of a click.
    """

    questions: list[str] = field(default_factory=list)
    ahead: list[str] = field(default_factory=list)
    seconds: float = 0.0


@contextmanager
def questions_asked() -> Iterator[Asked]:
    """Note what DuckDB is asked, by every thread and on every connection."""
    asked = Asked()

    def timed(own: Callable[..., Any], is_statement: bool) -> Callable[..., Any]:
        def call(of: Any, *arguments: Any, **named: Any) -> Any:
            if is_statement and _QUESTION.match(str(arguments[0] if arguments else "")):
                is_ahead = threading.current_thread().name.startswith(AHEAD)
                (asked.ahead if is_ahead else asked.questions).append(str(arguments[0]))
            began = time.perf_counter()
            try:
                return own(of, *arguments, **named)
            finally:
                asked.seconds += time.perf_counter() - began

        return call

    connection, relation = duckdb.DuckDBPyConnection, duckdb.DuckDBPyRelation
    patched = [(connection, name, True) for name in ("execute", "sql", "query")]
    # A relation asks only when its answer is fetched.
    patched += [(of, name, False) for of in (connection, relation) for name in _ANSWERS]
    with ExitStack() as patches:
        for of, name, is_statement in patched:
            own = getattr(of, name)
            patches.enter_context(patch.object(of, name, timed(own, is_statement)))
        yield asked
