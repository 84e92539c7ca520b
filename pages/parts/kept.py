"""What is made once for every reader, and kept within a bound in bytes."""

import pickle
from collections.abc import Callable
from threading import Condition
from typing import Any, ParamSpec, TypeVar

from cachetools import LRUCache, cached

P = ParamSpec("P")
R = TypeVar("R")

KEPT_BYTES = 64 * 1024**2
"""What is kept together; the least recently used goes first."""


def _bytes_of(made: Any) -> int:
    return len(pickle.dumps(made))


def _of_key(key: bytes, _make: Callable[[], Any]) -> bytes:
    return key


@cached(LRUCache(KEPT_BYTES, _bytes_of), key=_of_key, condition=Condition())
def kept(key: bytes, make: Callable[[], Any]) -> Any:
    """What ``make`` returns, made once for all who ask with an equal ``key``, at once or later.

    key: all that decides it, pickled. Everybody gets the very same one, as copying weekly frames
    took as long as drawing them: nobody may change it.
    """
    return make()


def kept_last(entries: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep the last answers of a function, made once for all who ask for the same at once or later.

    For small answers that a click asks for often: Streamlit's own caches take ten times as long
    to find one. Nobody may change an answer.
    """
    return cached(LRUCache(entries), condition=Condition())
