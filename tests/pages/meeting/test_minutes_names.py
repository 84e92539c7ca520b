"""Users' text in minutes is text in every format, whatever it would be as markup."""

import io
import re
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from connectors.documents.html import html
from connectors.documents.markdown import markdown
from connectors.documents.pdf import pdf
from kpis.catalogue import SEVEN
from kpis.document import Document
from kpis.records import Note
from tests.pages.meeting.minutes_company import Company
from tests.pages.served import Screen
from tests.pages.small_company import Rows, leads, settings_of

FRIDAY = date(2026, 11, 20)
NAMES = ("<script>alert(1)</script>", "=1+1", "**bold**", "שלום עולם", "مرحبا", "🚀👩‍💻", "a|b_c")


def named_campaigns(folder: Path) -> str:
    """A company whose campaigns are called what no format may take for markup."""
    every: list[Rows] = [
        [*leads(3 + n, f"c{n}", "2026-10-08"), *leads(1 + 2 * n, f"d{n}", "2026-11-05")]
        for n in range(len(NAMES))
    ]
    rows = [
        {**lead, "campaign_id": str(lead["campaign_id"]).replace("d", "c")}
        for group in every
        for lead in group
    ]
    named = [
        {"campaign_id": f"c{n}", "name": name, "channel": name} for n, name in enumerate(NAMES)
    ]
    return settings_of(folder, leads=rows, campaigns=named)


def document_with_names(company: Company) -> Document:
    chosen = company.as_of(FRIDAY)
    held = company.meeting(chosen)
    for n, name in enumerate(NAMES):
        company.action(name, FRIDAY, held, campaign=f"c{n}")
        company.write(Note(meeting_id=held.id, step="decide", text=name))
    return company.minutes(chosen, held)


@pytest.mark.browser
def test_names_are_text_in_every_format(tmp_path: Path, screen: Screen) -> None:
    document = document_with_names(Company(tmp_path, named_campaigns(tmp_path)))
    written = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf(document))).pages)
    for name in NAMES:
        if name.isascii():
            assert written.count(name) >= 3
        else:  # drawn from right to left, or of several letters in one
            assert set(re.sub(r"[\s\u200d]", "", name)) <= set(written)
    assert r"\*\*bold\*\*" in (text := markdown(document))
    assert "<script" not in text.replace(r"\<script", "")
    page = tmp_path / "minutes.html"
    page.write_text(html(document), encoding="utf-8")
    requests: list[str] = []
    screen.page.on("request", lambda request: requests.append(request.url))
    screen.page.goto(page.as_uri())
    for name in NAMES:
        assert screen.page.get_by_role("cell", name=name, exact=True).count() == 2
        assert screen.page.get_by_role("listitem").filter(has_text=name).count() >= 1
    assert requests == [page.as_uri()]
    assert screen.page.locator("script, img, iframe, link").count() == 0
    assert screen.page.locator("figure svg").count() == len(SEVEN)
    assert screen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert screen.page.evaluate("document.fonts.check('16px \"Source Sans Pro\"')")
    assert not screen.troubles
