"""docs/kpis.md is the catalogue, written out: it never says other things than the numbers mean."""

from pathlib import Path

from kpis.catalogue import BESIDE, SEVEN
from kpis.catalogue_page import COMMAND, catalogue_page

PAGE = Path(__file__).parents[2] / "docs" / "kpis.md"


def test_the_page_in_docs_is_what_the_catalogue_says_now() -> None:
    written = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else ""
    assert written == catalogue_page(), f"docs/kpis.md is stale; renew it with:  {COMMAND}"


def test_every_kpi_has_its_entry_with_all_it_says_about_itself() -> None:
    entries = catalogue_page().split("\n### ")[1:]
    assert len(entries) == len(SEVEN + BESIDE)
    for kpi, entry in zip(SEVEN + BESIDE, entries, strict=True):
        assert entry.startswith(kpi.label)
        for text in (f"`{kpi.key}`", kpi.formula, kpi.undefined, kpi.source, kpi.example):
            assert text in entry
        assert ("less is better" in entry) == (kpi.better == "down")


def test_switches_that_change_a_formula_are_listed_with_it() -> None:
    page = catalogue_page()
    for setting in ('conversion = "period"', 'cycle_from = "first_touch"'):
        assert page.count(f"**With `{setting}`**") == 1


def test_what_a_kpi_needs_is_named_by_table_and_column() -> None:
    page = catalogue_page()
    assert "`leads.mql_at` or `lead_stages.stage`" in page
    assert "`customers.ended_on`; or instead `deals.deal_id`" in page
