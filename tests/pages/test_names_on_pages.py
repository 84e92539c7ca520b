"""Names that pages give to their parts: no dimension of the settings may be called the same."""

import re
from pathlib import Path

from connectors.settings.settings import TAKEN

PAGES = Path(__file__).parents[2] / "pages"


def test_no_dimension_can_be_called_like_a_part_of_a_page() -> None:
    """A filter has its dimension's name as its key, and Streamlit wants each key once."""
    named = {
        key
        for file in PAGES.rglob("*.py")
        for key in re.findall(r'\bkey="(\w+)"', file.read_text(encoding="utf-8"))
    }
    assert len(named) > 10
    assert named <= {*TAKEN, "campaign", "channel", "owner"}
