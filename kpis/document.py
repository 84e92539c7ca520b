"""A document as data: what minutes and digests say, before it becomes HTML, PDF, Markdown or mail.

All texts are plain: users' names with any characters, never markup. Formats are made from it by
connectors.documents.html, markdown and pdf, and connectors.outbox.email, which show them as text.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Tone = Literal["good", "warning", "bad", "quiet"]


@dataclass(frozen=True)
class Heading:
    """A title above what follows. level: 2 for a section, 3 below it."""

    text: str
    level: Literal[2, 3] = 2


@dataclass(frozen=True)
class Paragraph:
    """Some sentences; its tone colours it where a format has colours."""

    text: str
    tone: Tone | None = None


@dataclass(frozen=True)
class Bullets:
    """A list of short texts, at least one."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Cell:
    """A cell of a table: its text and its tone."""

    text: str
    tone: Tone | None = None


@dataclass(frozen=True)
class Table:
    """Rows of as many cells as there are columns. numbers: which columns are aligned right."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Figure:
    """A chart. spec: Vega-Lite, drawn in light colours. alt: what it shows, in a sentence.

    is_wide: whether it needs the whole width of a page; two others share it.
    """

    title: str
    spec: Mapping[str, Any]
    alt: str
    is_wide: bool = False


Words = Heading | Paragraph | Bullets | Table
Block = Words | Figure


@dataclass(frozen=True)
class Document:
    """A title, a line beneath it, and blocks in their order.

    link: where to see it live, an address of http or https; anything else is a ValueError.
    """

    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    link: str | None = None

    def __post_init__(self) -> None:
        if self.link is not None and not re.fullmatch(r"https?://[!-~]+", self.link):
            raise ValueError(f"A document cannot link to {self.link!r}: it is no web address.")


def bullets_or(texts: Sequence[str], none: str) -> Bullets | Paragraph:
    """A list of texts; where there are none, what says so."""
    return Bullets(tuple(texts)) if texts else Paragraph(none, "quiet")


def change_tone(better: bool | None) -> Tone | None:
    """The tone of a change for the better, for the worse, or of neither."""
    return None if better is None else "good" if better else "bad"


_LINE_END = re.compile("\r\n|[\r\u2028\u2029]")
_NOT_PRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """``text`` as any format can hold it: one kind of line end, � for each control character.

    XML, and with it SVG, has no way at all to write the characters that are replaced.
    """
    lines = _LINE_END.sub("\n", text).replace("\t", " ")
    return _NOT_PRINTABLE.sub("\N{REPLACEMENT CHARACTER}", lines)


def side_by_side(blocks: Sequence[Block]) -> Iterator[Words | tuple[Figure, ...]]:
    """The blocks, with figures that follow each other as one tuple, to be drawn in rows."""
    figures: list[Figure] = []
    for block in blocks:
        if isinstance(block, Figure):
            figures.append(block)
            continue
        if figures:
            yield tuple(figures)
            figures = []
        yield block
    if figures:
        yield tuple(figures)
