"""A document as data: what minutes and digests say, before it becomes HTML, PDF, Markdown or mail.

All texts are plain: users' names with any characters, never markup. Formats are made from it by
connectors.document_html, document_markdown, document_pdf and outbox, which show them as text.
"""

from collections.abc import Mapping
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
    """A chart. spec: Vega-Lite, drawn in light colours. alt: what it shows, in a sentence."""

    title: str
    spec: Mapping[str, Any]
    alt: str


Block = Heading | Paragraph | Bullets | Table | Figure


@dataclass(frozen=True)
class Document:
    """A title, a line beneath it, and blocks in their order. link: where to see it live."""

    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    link: str | None = None
