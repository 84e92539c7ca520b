"""Writers of a notebook in processes of their own, all starting at the same moment."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing.synchronize import Barrier
from typing import TypeVar

from connectors.notebook.notebook import EditConflict, open_notebook
from connectors.settings.settings import Settings
from kpis.records import Annotation

T = TypeVar("T")
DAY = date(2026, 11, 23)

_barrier: Barrier | None = None


def in_processes(count: int, work: Callable[[Settings, int], T], settings: Settings) -> list[T]:
    """What ``work`` returns for the numbers 0 to ``count``, each in a process, all at once."""
    methods = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if "forkserver" in methods:
        context.set_forkserver_preload([__name__])  # or each would import the libraries anew
    barrier = context.Barrier(count)
    with ProcessPoolExecutor(count, context, initializer=_keep, initargs=(barrier,)) as pool:
        return [
            f.result() for f in [pool.submit(_at_once, work, settings, n) for n in range(count)]
        ]


def _keep(barrier: Barrier) -> None:
    global _barrier
    _barrier = barrier


def _at_once(work: Callable[[Settings, int], T], settings: Settings, number: int) -> T:
    assert _barrier is not None
    _barrier.wait(timeout=60)
    return work(settings, number)


def open_it(settings: Settings, number: int) -> int:
    """Open the notebook, write one annotation, and say how many there are."""
    notebook = open_notebook(settings)
    notebook.add(Annotation(day=DAY, text=f"writer {number}"), f"writer {number}")
    return len(notebook.all(Annotation))


def append_tokens(settings: Settings, number: int) -> int:
    """Append 25 words of its own to texts that all write; return how many edits were refused."""
    notebook = open_notebook(settings)
    texts = notebook.all(Annotation)
    refused = 0
    for edit in range(25):
        seen = texts[(number + edit) % len(texts)]
        word = f"w{number}e{edit}"
        while True:
            try:
                notebook.edit(seen, f"writer {number}", text=f"{seen.text} {word}")
                break
            except EditConflict as conflict:
                refused += 1
                assert isinstance(conflict.theirs, Annotation)
                seen = conflict.theirs
    return refused
