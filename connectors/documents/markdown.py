"""A document as Markdown, and as the plain text of a mail.

Markdown: CommonMark with pipe tables. Letters that could mean more than themselves, in CommonMark
or in an extension that is common (tables, strikethrough, formulas, emoji names, links to bare
addresses), get a backslash; all others stay readable as they are.
"""

import re
from base64 import b64encode

from kpis.document import (
    Bullets,
    Cell,
    Document,
    Figure,
    Heading,
    Paragraph,
    Table,
    Words,
    printable,
)

_MEANS_MORE = re.compile(
    r"[\\`*_{}\[\]<>|~$^@]|=="  # wherever they stand
    r"|^[-+=](?=[-+\s]|$)|^[:%](?=\s)|(?:^|(?<=\s))#"  # a list, a rule, an underline, a heading
    r"|&(?=#|\w+;)|(?<![^\W_]):(?=[\w+-])|:(?=//)|(?<=\bwww)\."  # names of letters, addresses
)
_NUMBERED = re.compile(r"^(\d+)([.)])(?=\s|$)")


def markdown(document: Document) -> str:
    """The document as Markdown; images of the charts (PNG) stand at its end, out of the way."""
    images: list[bytes] = []
    parts = [f"# {_line(document.title)}", _lines(document.subtitle)]
    if document.link is not None:
        parts.append(f"[See it live](<{document.link.replace('>', '%3E').replace('<', '%3C')}>)")
    for block in document.blocks:
        if isinstance(block, Figure):
            from connectors.documents.chart_images import png  # fonts and drawing, for a chart

            images.append(png(block.spec))
            image = f"![{_line(block.alt)}][chart-{len(images)}]"
            parts += [f"### {_line(block.title)}", image]
        else:
            parts.append(_block(block))
    parts += [
        f"[chart-{number}]: data:image/png;base64,{b64encode(image).decode()}"
        for number, image in enumerate(images, 1)
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def plain_text(document: Document) -> str:
    """The document as text alone, without figures: the other part of a mail in HTML."""
    parts = [printable(document.title), printable(document.subtitle)]
    for block in document.blocks:
        match block:
            case Heading(text, level):
                title = _one_line(text)
                parts.append(f"{title}\n{('=' if level == 2 else '-') * len(title)}")
            case Paragraph(text):
                parts.append(printable(text))
            case Bullets(items):
                parts.append("\n".join(f"- {_one_line(item)}" for item in items))
            case Table(columns, rows):
                parts.append("\n".join(_spoken(columns, row) for row in rows))
    if document.link is not None:
        parts.append(f"See it live: {document.link}")
    return "\n\n".join(filter(None, parts)) + "\n"


def _spoken(columns: tuple[str, ...], row: tuple[Cell, ...]) -> str:
    """A row in a line: its first cell, and the others after the names of their columns."""
    first, *others = (_one_line(cell.text) for cell in row)
    named = zip(columns[1:], others, strict=True)
    cells = "; ".join(f"{_one_line(name)} {text}".strip() for name, text in named if text)
    return f"- {first}: {cells}" if cells else f"- {first}"


def _block(block: Words) -> str:
    match block:
        case Heading(text, level):
            return f"{'#' * level} {_line(text)}"
        case Paragraph(text):
            return _lines(text)
        case Bullets(items):
            return "\n".join(f"- {_line(item)}" for item in items)
        case Table():
            marks = ["---:" if x in block.numbers else "---" for x in range(len(block.columns))]
            rows = [[_line(cell.text) for cell in row] for row in block.rows]
            grid = [[_line(name) for name in block.columns], marks, *rows]
            return "\n".join(f"| {' | '.join(row)} |" for row in grid)


def _lines(text: str) -> str:
    """A text of several lines; an empty line begins a new paragraph, as it does in the text."""
    lines = [_escaped(line.strip(" ")) for line in printable(text).split("\n")]
    return re.sub(r"(?<!\n)\n(?!\n)", "\\\n", "\n".join(lines).strip("\n"))


def _line(text: str) -> str:
    return _escaped(_one_line(text))


def _one_line(text: str) -> str:
    return " ".join(printable(text).split("\n")).strip(" ")


def _escaped(line: str) -> str:
    """A line of text that begins with no blank, with a backslash wherever one is needed."""
    return _NUMBERED.sub(r"\1\\\2", _MEANS_MORE.sub(lambda found: _backslashed(found[0]), line))


def _backslashed(letters: str) -> str:
    return "".join(f"\\{letter}" for letter in letters)
