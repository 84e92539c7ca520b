"""How often a run of a page reads what others may have changed meanwhile."""

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from connectors.notebook.notebook import Notebook
from connectors.snapshots import manifest
from kpis.records import AgreedTarget
from tests.pages.small_company import company_of

DASHBOARD = Path(__file__).parents[2] / "dashboard.py"


def test_a_filter_click_on_this_week_reads_targets_and_manifest_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(f"as_of = 2026-11-20\n{company_of(tmp_path, 3)}", encoding="utf-8")
    monkeypatch.setenv("ALLIANCE_SETTINGS", os.fspath(settings))
    page = AppTest.from_file(os.fspath(DASHBOARD), default_timeout=300).run()
    assert not page.exception and not page.error

    reads: Counter[str] = Counter()

    def counting(of: type, name: str, what: Callable[..., str]) -> None:
        read = getattr(of, name)

        def counted(*arguments: Any, **named: Any) -> Any:
            reads[what(*arguments)] += 1
            return read(*arguments, **named)

        monkeypatch.setattr(of, name, counted)

    counting(Notebook, "all", lambda _, kind: kind.__name__)
    counting(manifest.Manifest, "model_validate_json", lambda _: "manifest")
    page.selectbox(key="period").select("this quarter").run()
    assert not page.exception and not page.error
    assert (reads[AgreedTarget.__name__], reads["manifest"]) == (1, 1)
