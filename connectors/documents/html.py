"""A document as HTML: as one file that works offline, and as what mail programs take.

The templates document.html and mail.html say how it looks and escape every text.
"""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from connectors.documents.chart_images import svg
from connectors.documents.fonts import FONT, font_file
from kpis.document import Block, Document, Figure, Words, printable, side_by_side

# As in the theme of the dashboard; mail programs know no variables.
_MAIL_COLOURS = {
    "good": "color:#17695d;background:#e5f4f1;padding:2px 6px;",
    "warning": "color:#9a5b00;background:#fdf3e1;padding:2px 6px;",
    "bad": "color:#b42318;background:#fdecea;padding:2px 6px;",
    "quiet": "color:#5b6475;",
}


def html(document: Document) -> str:
    """The document as one file: style, fonts and charts (SVG, whose text is text) stand in it.

    It runs no script and asks the network for nothing, and has the browser refuse both.
    """
    return _filled("document.html", document, list(_drawn(document.blocks)))


def mail_html(document: Document) -> str:
    """The document for mail programs: inline styles, tables, and no figures."""
    blocks = [_named(block) for block in document.blocks if not isinstance(block, Figure)]
    return _filled("mail.html", document, blocks)


def _drawn(blocks: Sequence[Block]) -> Iterator[tuple[str, Any]]:
    """The blocks by name; figures that follow each other as one block, with their images."""
    numbers = count(1)
    for part in side_by_side(blocks):
        if isinstance(part, tuple):
            images = [(figure, svg(figure.spec, f"chart-{next(numbers)}")) for figure in part]
            yield "figures", images
        else:
            yield _named(part)


def _named(block: Words) -> tuple[str, Any]:
    return type(block).__name__.lower(), block


def _filled(template: str, document: Document, blocks: list[tuple[str, Any]]) -> str:
    return _templates().get_template(template).render(document=document, blocks=blocks)


@cache
def _templates() -> Environment:
    """The folder's templates, with all that they share."""
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: printable(value) if type(value) is str else value,
    )
    templates.globals.update(font=FONT, font_data=_font_data, mail_colours=_MAIL_COLOURS)
    return templates


@cache
def _font_data(style: str) -> str:
    return b64encode(font_file(style).read_bytes()).decode()
