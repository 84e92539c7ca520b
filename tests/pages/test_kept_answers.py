"""Answers that are kept: every reader gets the very same one, so no page may change it."""

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pages.parts.frame import answers
from tests.bench.pages import PAGES, STEPS, campaigns_of, choose, opened, shown
from tests.pages.small_company import company_of


def test_no_page_and_no_step_changes_an_answer_that_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each answer is as it was when it was made, after every page has been drawn from it twice:
    of all campaigns, and of one.
    """
    settings = tmp_path / "settings.toml"
    settings.write_text(f"as_of = 2026-11-20\n{company_of(tmp_path, 3)}", encoding="utf-8")
    kept: dict[bytes, tuple[Any, bytes]] = {}

    def asked(key: bytes, ask: Callable[[], Any]) -> Any:
        if key not in kept:
            answer = ask()
            kept[key] = answer, pickle.dumps(answer)
        return kept[key][0]

    monkeypatch.setattr(answers, "kept", asked)
    with shown(settings) as page:
        page.session_state["all-signs"] = True
        for number in range(4):
            for name in (*PAGES, *STEPS):
                opened(page, name)
            if number == 1:  # the last two times with a campaign chosen
                choose(page, campaigns_of(opened(page, "This week"))[0])
    assert len(kept) > 10
    changed = [
        pickle.loads(key)[0] for key, (one, made) in kept.items() if pickle.dumps(one) != made
    ]
    assert not changed
