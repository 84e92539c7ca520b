"""Claims about documents: in every format, users' text is shown as the text that it is."""

import io
import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pypdf import PdfReader

from connectors.documents.fonts import drawable
from connectors.documents.html import html, mail_html
from connectors.documents.markdown import markdown, plain_text
from connectors.documents.pdf import pdf
from kpis.document import (
    Bullets,
    Cell,
    Document,
    Figure,
    Heading,
    Paragraph,
    Table,
    printable,
    side_by_side,
)

LONG = "Kundenakquisition" * 18
NASTY = [
    "<script>alert(1)</script>",
    "=1+1",
    "**bold**",
    "שלום עולם",
    "مرحبا",
    "🚀👩‍💻",
    "日本語 한국어 简体",
    "ไทย নমস্তে Ελλάδα Україна",
    "a|b",
    "#let x = 1",
    "# no heading #",
    "$x$",
    "[a](javascript:alert(1))",
    "![a](https://example.com/a.png)",
    "{{ 7 * 7 }} {% raw %}",
    "&lt;b&gt; &#60; R&D",
    "1. one",
    "- one",
    "`code` ~~gone~~ :smile: www.example.com",
    "a\n===\nb\n---\nc",
    "a\r\n\r\n    b\tc\\",
    '" onmouseover="alert(1)',
    "a\x00b\x07c\x1bd\ufffe",
    LONG,
]
CHART = {"mark": "bar", "data": {"values": [{"n": 1}]}, "encoding": {"x": {"field": "n"}}}
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def document_of(text: str) -> Document:
    """A document with every kind of block, whose every text is this one."""
    chart = CHART | {"title": text, "data": {"values": [{"n": text}]}}
    figure = Figure(text, chart, alt=text)
    return Document(
        title=text,
        subtitle=text,
        blocks=(
            Heading(text),
            Paragraph(text, "bad"),
            Bullets((text, text)),
            Heading(text, level=3),
            Table((text, text), ((Cell(text), Cell(text, "good")),) * 2, numbers=frozenset({1})),
            figure,
            figure,
            Paragraph(text),
        ),
        link="https://kpis.example.com/meeting?step=goals&period=This+month",
    )


TEXTS = 12
"""Those of :func:`document_of` without its figures: how often a text must be seen."""


class Shown(HTMLParser):
    """The texts that a reader of HTML sees, and the tags and attributes that stand in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.targets: set[str | None] = set()
        self.text = ""
        self._unseen = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.targets |= {value for name, value in attrs if name in ("href", "src", "xlink:href")}
        self._unseen += tag in ("title", "style", "svg")
        self.text += "" if tag == "span" else "\n"

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in ("title", "style", "svg")

    def handle_data(self, data: str) -> None:
        self.text += data if not self._unseen else ""


def squeezed(text: str) -> str:
    """The text as HTML shows it, where blanks and line ends count as one blank."""
    return " ".join(printable(text).split())


@pytest.mark.parametrize("text", NASTY)
def test_in_a_page_of_html_every_text_is_text(text: str) -> None:
    shown = Shown(page := html(document_of(text)))
    assert squeezed(shown.text).count(squeezed(text)) >= TEXTS + 2  # the titles of the figures
    assert shown.tags == Shown(html(document_of("x"))).tags
    assert shown.attributes == Shown(html(document_of("x"))).attributes
    assert not {"script", "img", "iframe", "link"} & shown.tags
    assert shown.targets == {document_of(text).link}
    assert page == html(document_of(text))


@pytest.mark.parametrize("text", NASTY)
def test_in_a_mail_every_text_is_text_and_no_figure_is_left(text: str) -> None:
    shown = Shown(mail_html(document_of(text)))
    assert squeezed(shown.text).count(squeezed(text)) >= TEXTS
    assert shown.tags == Shown(mail_html(document_of("x"))).tags
    assert not {"script", "svg", "img", "figure", "style"} & shown.tags
    assert shown.targets == {document_of(text).link}


def test_ids_in_a_page_are_unique_and_each_is_found() -> None:
    """Two charts are cut off at their edges by clip paths that are named in the page."""
    chart = CHART | {"mark": {"type": "bar", "clip": True}}
    page = html(Document("Two charts", "", (Figure("a", chart, "a"), Figure("b", chart, "b"))))
    ids = re.findall(r' id="([^"]*)"', page)
    assert len(ids) == len(set(ids)) == 2
    assert set(re.findall(r"url\(#([^)]*)\)", page)) == set(ids)


def test_a_chart_in_a_page_says_what_it_shows_and_its_text_is_text() -> None:
    page = html(document_of("Leads by week"))
    assert 'role="img" aria-label="Leads by week"' in page
    assert re.search(r"<text[^>]*>Leads by week</text>", page)


def rendered(text: str) -> Shown:
    return Shown(MARKDOWN.render(text))


@pytest.mark.parametrize("text", NASTY)
def test_in_markdown_every_text_is_text(text: str) -> None:
    shown = rendered(markdown(document_of(text)))
    assert squeezed(shown.text).count(squeezed(text)) >= TEXTS + 2
    assert shown.tags <= rendered(markdown(document_of("x"))).tags | {"br"}
    targets = {document_of(text).link, *(t for t in shown.targets if t and t.startswith("data:"))}
    assert shown.targets == {target and target for target in targets}


SPECIAL = st.text("ab1 .)#*_-+=`~<>|[](!\\&;:\n\t$^{}@/'\"\u2028é", max_size=25)


@settings(max_examples=150)
@given(SPECIAL, SPECIAL)
def test_markdown_takes_no_text_for_markup(text: str, other: str) -> None:
    """A parser of CommonMark gives back the text of each block, and no tag but the block's own."""
    heading, words, items = Heading(text), Paragraph(text), Bullets((text, other))
    table = Table((text, other), ((Cell(text), Cell(other)),))
    for block, texts, tags in (
        (heading, [text], {"h2"}),
        (words, [text], {"p", "br"}),
        (items, [text, other], {"ul", "li"}),
        (table, [text, other] * 2, {"table", "thead", "tbody", "tr", "th", "td"}),
    ):
        shown = rendered(markdown(Document("T", "", (block,))))
        assert shown.tags <= tags | {"h1"}
        assert squeezed(shown.text) == squeezed(" ".join(["T", *texts]))


def test_markdown_stays_readable() -> None:
    """The images stand at the end; what needs no backslash has none."""
    cells = (Cell("MQLs"), Cell("+8%"), Cell("12:30, 4.2%"))
    table = Table(("KPI", "Change", "At"), (cells,), numbers=frozenset({1}))
    chart = Figure("MQLs", CHART, "MQLs by week")
    written = markdown(Document("Weekly meeting", "20 Nov 2026", (table, chart, Paragraph("End."))))
    text, _, images = written.partition("[chart-1]: data:image/png;base64,")
    assert text == (
        "# Weekly meeting\n\n20 Nov 2026\n\n| KPI | Change | At |\n| --- | ---: | --- |\n"
        "| MQLs | +8% | 12:30, 4.2% |\n\n### MQLs\n\n![MQLs by week][chart-1]\n\nEnd.\n\n"
    )
    assert re.fullmatch(r"[A-Za-z0-9+/=]+\n", images)


@pytest.mark.parametrize("text", NASTY)
def test_in_plain_text_every_text_stands_as_it_is(text: str) -> None:
    written = plain_text(document_of(text))
    # An empty cell of a table is not told; nor is the head of the first column, its heading.
    assert squeezed(written).count(squeezed(text)) >= TEXTS - 2
    assert written.endswith(f"See it live: {document_of(text).link}\n")


def letters(text: str) -> Counter[str]:
    return Counter(re.sub(r"[\s\u200b\u200d]", "", printable(text)))


@pytest.mark.parametrize("text", NASTY)
def test_in_a_pdf_every_text_is_text(text: str) -> None:
    """Readers of PDF may give words from right to left in the order in which they are drawn."""
    reader = PdfReader(io.BytesIO(pdf(document_of(text))))
    found = letters("".join(page.extract_text() for page in reader.pages))
    for letter, times in letters(text).items():
        assert found[letter] >= times * (TEXTS + 2), letter
    if re.fullmatch("[ -~]*", text):
        reported = re.sub(r"\s", "", "".join(page.extract_text() for page in reader.pages))
        assert reported.count(re.sub(r"\s", "", text)) >= TEXTS + 2
    assert len(reader.pages) <= 3


def test_a_pdf_is_set_in_no_font_of_the_machine() -> None:
    """Each font that is named in it is one of ours, for every script of the texts above."""
    document = Document("T", "", tuple(Paragraph(text) for text in NASTY))
    pages = PdfReader(io.BytesIO(pdf(document))).pages
    named = {
        str(font["/BaseFont"]).partition("+")[2]
        for page in pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]  # pypdf types
    }
    assert named
    assert {
        name for name in named if not re.match("SourceSansPro|NotoSans|NotoEmoji", name)
    } == set()


def test_letters_that_no_font_of_ours_has_are_named() -> None:
    """Where no other letters mean the same, as they do for bold ones of mathematics."""
    assert drawable("བོད 日本") == "[3 letters: Tibetan] 日本"
    assert drawable("a\ue000b") == "a[U+E000]b"
    assert drawable("ᏣᎳ, Ꮓ") == "[2 letters: Cherokee], [Cherokee letter no]"
    assert drawable("𝐁𝐢𝐠 sale") == "Big sale"
    assert [drawable(text) for text in NASTY] == [printable(text) for text in NASTY]
    reader = PdfReader(io.BytesIO(pdf(document_of("བོད"))))
    found = "".join(page.extract_text() for page in reader.pages)
    assert found.count("[3 letters: Tibetan]") >= TEXTS + 2


def test_a_long_word_is_broken_to_stay_on_the_page() -> None:
    """Else text stood at three heights alone: of title, paragraph and the foot of the page."""
    heights: set[float] = set()
    (page,) = PdfReader(io.BytesIO(pdf(Document(LONG, "", (Paragraph(LONG),))))).pages
    page.extract_text(
        visitor_text=lambda text, at, _tm, _f, _s: text.strip() and heights.add(at[5])
    )
    assert len(heights) >= 10


def test_a_pdf_names_its_title_and_is_the_same_each_time() -> None:
    document = document_of("Weekly meeting, 20 Nov 2026")
    made = pdf(document)
    assert made == pdf(document)
    metadata = PdfReader(io.BytesIO(made)).metadata
    assert metadata is not None
    assert metadata.title == "Weekly meeting, 20 Nov 2026"


@pytest.mark.parametrize("make", [html, mail_html, markdown, plain_text, pdf])
def test_empty_texts_and_no_blocks_at_all_are_a_document_too(make) -> None:
    assert make(document_of(""))
    assert make(Document("", "", ()))


def test_of_empty_texts_nothing_is_seen() -> None:
    empty = document_of("")
    for shown in (Shown(html(empty)), Shown(mail_html(empty)), rendered(markdown(empty))):
        assert squeezed(shown.text) == "See it live"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "https://a b", "//example.com", ""])
def test_only_web_addresses_are_linked_to(link: str) -> None:
    with pytest.raises(ValueError, match="web address"):
        Document("T", "", (), link=link)


def test_figures_that_follow_each_other_stand_side_by_side() -> None:
    a, b, c = (Figure(name, CHART, name) for name in "abc")
    words = Paragraph("words")
    assert list(side_by_side([a, b, words, c])) == [(a, b), words, (c,)]
    assert list(side_by_side([])) == []
