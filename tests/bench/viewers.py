"""Thirty people at once, each with a session of the real server and a new filter every ten seconds.

They speak Streamlit's own protocol over a websocket, as its page does, but draw nothing: browsers
would take more of the machine than the server.
"""

import math
import re
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, combinations, islice
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from tests.bench.measured import Row
from tests.pages.served import serve

VIEWERS, EVERY_SECONDS, ROUNDS = 30, 10.0, 18
PATIENCE_SECONDS = 120
_KB_IN_MB = 1024


class Viewer:
    """One session. options: campaigns to filter by; errors: what the server showed as one."""

    def __init__(self, url: str) -> None:
        address = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
        self._socket: ClientConnection = connect(
            address, subprotocols=["streamlit"], max_size=None, open_timeout=PATIENCE_SECONDS
        )
        self._campaign, self._page = "", ""
        self.options: list[str] = []
        self.errors: list[str] = []
        self.seconds: list[float] = []
        self._run(BackMsg(rerun_script={}))

    def choose(self, campaigns: Sequence[str]) -> None:
        """Filter by campaigns, and wait until the run has ended."""
        chosen = {"id": self._campaign, "string_array_value": {"data": campaigns}}
        states = {"widgets": [chosen]}
        page = {"page_script_hash": self._page}
        began = time.perf_counter()
        self._run(BackMsg(rerun_script={"widget_states": states, **page}))
        self.seconds.append(time.perf_counter() - began)

    def leave(self) -> None:
        self._socket.close()

    def _run(self, message: BackMsg) -> None:
        self._socket.send(message.SerializeToString())
        while True:
            found = ForwardMsg.FromString(self._socket.recv(PATIENCE_SECONDS, decode=False))
            match found.WhichOneof("type"):
                case "new_session":
                    self._page = found.new_session.page_script_hash
                case "delta":
                    self._read(found)
                case "script_finished" if found.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                    return

    def _read(self, message: ForwardMsg) -> None:
        element = message.delta.new_element
        if element.WhichOneof("type") == "exception":
            self.errors.append(element.exception.message)
        if element.multiselect.label == "Campaign":
            self._campaign, self.options = element.multiselect.id, list(element.multiselect.options)


def measured(name: str, settings: Path, rounds: int = ROUNDS) -> Iterator[Row]:
    """The rows of the report on one company, whose snapshot is there."""
    with serve(settings) as served:
        first = Viewer(served.url)
        filters = _selections(first.options)
        for campaigns in islice(filters, 5):
            first.choose(campaigns)
        before = megabytes_of(served.process)
        with ThreadPoolExecutor(VIEWERS) as pool:
            viewers = list(pool.map(Viewer, [served.url] * VIEWERS))
            began, each = time.perf_counter(), threading.Lock()

            def stay(number: int) -> None:
                for turn in range(rounds):
                    due = began + EVERY_SECONDS * (turn + number / VIEWERS)
                    time.sleep(max(0.0, due - time.perf_counter()))
                    with each:
                        campaigns = next(filters)
                    viewers[number].choose(campaigns)

            list(pool.map(stay, range(VIEWERS)))
            after = megabytes_of(served.process)
            for viewer in (first, *viewers):
                viewer.leave()
    seconds = sorted(chain.from_iterable(viewer.seconds for viewer in viewers))
    what = f"{name}: {VIEWERS} viewers, a new filter every {EVERY_SECONDS:g} s, {rounds} times"
    yield Row(f"{what}, a click to the end of its run", seconds)
    p95 = seconds[math.ceil(0.95 * len(seconds)) - 1]
    yield Row(f"{what}, the same at the 95th percentile", [p95], at_most=1.5)
    errors = sum(len(viewer.errors) for viewer in viewers)
    yield Row(f"{what}, errors", [errors], "errors", at_most=0)
    yield Row(f"{what}, memory", [(after - before) / VIEWERS], "MB each", at_most=5)


def _selections(options: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """One campaign, then two, three and four at once: each selection once."""
    return chain.from_iterable(combinations(options, size) for size in (1, 2, 3, 4))


def megabytes_of(process: int) -> float:
    """The memory of a process that is in use."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found, "no VmRSS: this part runs on Linux alone"
    return int(found[1]) / _KB_IN_MB
