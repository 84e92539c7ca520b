"""Claims about what refreshes that were killed leave behind."""

import os
import time
from pathlib import Path

from connectors.snapshots.disk.writes import remove_leftovers


def test_how_far_a_killed_refresh_of_other_settings_came_is_removed_after_a_day(
    tmp_path: Path,
) -> None:
    old, new = tmp_path / ".refreshing-old.json", tmp_path / ".refreshing-new.json"
    for file, hours in ((old, 25), (new, 23)):
        file.write_text("{}", encoding="utf-8")
        os.utime(file, (time.time() - hours * 3600,) * 2)
    remove_leftovers(tmp_path)
    assert (old.exists(), new.exists()) == (False, True)
