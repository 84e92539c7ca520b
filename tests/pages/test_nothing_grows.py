"""The server's memory over many clicks of one session; on Linux, which tells how much is in use."""

import sys
from itertools import cycle, islice
from pathlib import Path

import pytest

from connectors.settings.file import DEMO_FILE, load_settings
from tests.bench.viewers import Viewer, megabytes_of
from tests.kept_snapshots import refreshed
from tests.pages.served import serve

BEFORE, CLICKS = 30, 120
MOST_PER_CLICK = 0.1
"""MB. It was 0.4 before answers were bounded in bytes; measured: 0.02."""


@pytest.mark.skipif(sys.platform != "linux", reason="memory in use is read from /proc")
def test_a_session_does_not_grow_with_its_clicks(tmp_path: Path) -> None:
    """The same three selections in turn: their answers are there before anything is counted."""
    file = tmp_path / "settings.toml"
    agreed = DEMO_FILE.read_text(encoding="utf-8")
    file.write_text(f"as_of = 2026-11-20\n{agreed}", encoding="utf-8")
    refreshed(load_settings(file))
    with serve(file) as served:
        viewer = Viewer(served.url)
        selections = cycle([viewer.options[:1], viewer.options[1:3], []])
        used = []
        for clicks in (BEFORE, CLICKS):
            for campaigns in islice(selections, clicks):
                viewer.choose(campaigns)
            used.append(megabytes_of(served.process))
        viewer.leave()
    assert not viewer.errors
    assert used[1] - used[0] < MOST_PER_CLICK * CLICKS, used
