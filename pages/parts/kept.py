"""What is made once for every reader, and kept within a bound in bytes."""

import pickle
from collections.abc import Callable
from threading import Condition
from typing import Any

from cachetools import LRUCache, cached

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
