"""What the server does unasked; it begins with the server, which does not wait for it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Event, Thread

from streamlit.starlette import App


@asynccontextmanager
async def live(_app: App) -> AsyncIterator[None]:
    """Keep the figures fresh beside the server as long as it serves."""
    ended = Event()
    Thread(target=_keep_fresh, args=(ended,), name="live", daemon=True).start()
    yield
    ended.set()


def _keep_fresh(ended: Event) -> None:
    from pages.parts.week.keep_fresh import keep_fresh  # most of what pages import, too

    keep_fresh(ended)
