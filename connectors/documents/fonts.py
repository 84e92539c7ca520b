"""The fonts of documents and charts: Source Sans, and Noto for what it lacks; none of the machine.

What no font of ours can draw is named, as a box says nothing: ``[3 letters: Tibetan]``.
"""

import json
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

import font_source_sans_pro
import typst
from fontTools.ttLib import TTFont

from kpis.document import printable

FONT = "Source Sans Pro"
FONT_FOLDER = Path(font_source_sans_pro.font_directory)
_NEXT = ("Noto Sans", "Noto Emoji", "Noto Sans Symbols")
"""Asked after :data:`FONT` and before the scripts that have a font of their own."""
_CJK = "Noto Sans CJK SC"
"""Asked last, as it takes a second to read; Han letters in the forms of mainland China."""
_PACKAGES = ("manimgx_fonts", "manimgx_fonts_cjk")
_INVISIBLE = ("Cc", "Cf", "Zs")
"""Categories of characters that are not drawn: line ends, joiners, marks of direction, blanks."""


def font_file(style: str) -> Path:
    """The file of :data:`FONT` in a style: Regular, Semibold and others."""
    return FONT_FOLDER / f"SourceSansPro-{style}.otf"


def typeset(
    template: str,
    document: Mapping[str, Any],
    format: Literal["pdf", "png"],
    ppi: float | None = None,
) -> bytes:
    """What Typst makes of a template of this folder, to which the document is handed as data.

    The same document gives the same bytes on every machine.
    """
    data = {**document, "fonts": list(_files())}
    compiler = typst.Compiler(Path(__file__).with_name(template), font_paths=_fonts())
    inputs = {"document": json.dumps(data)}
    made = compiler.compile(format=format, ppi=ppi, timestamp=0, sys_inputs=inputs)
    assert isinstance(made, bytes), "a list is for PNGs of several pages"
    return made


def drawable(text: str) -> str:
    """``text`` as our fonts can draw it, and the names of letters that none of them has."""
    shown = printable(text)
    if shown.isascii():
        return shown
    runs = groupby(shown, _is_drawn)
    return "".join("".join(run) if is_drawn else _plainer("".join(run)) for is_drawn, run in runs)


def is_in_source_sans(text: str) -> bool:
    """Whether :data:`FONT` alone can draw the text."""
    return text.isascii() or all(_is_in(FONT, letter) for letter in text)


def _plainer(letters: str) -> str:
    """Letters that we cannot draw: as plain ones if they are these in fancy dress, else named."""
    plain = unicodedata.normalize("NFKC", letters)
    if all(map(_is_drawn, plain)):
        return plain
    names = [
        unicodedata.name(letter, "").capitalize() or f"U+{ord(letter):04X}" for letter in letters
    ]
    if len(names) == 1:
        return f"[{names[0]}]"
    scripts = dict.fromkeys(name.split()[0] for name in names)
    return f"[{len(names)} letters: {', '.join(scripts)}]"


def _is_drawn(letter: str) -> bool:
    return any(_is_in(family, letter) for family in _files())


def _is_in(family: str, letter: str) -> bool:
    is_invisible = unicodedata.category(letter) in _INVISIBLE or "\ufe00" <= letter <= "\ufe0f"
    return is_invisible or ord(letter) in _letters(family)


@cache
def _letters(family: str) -> frozenset[int]:
    path, number = _files()[family]
    with TTFont(path, fontNumber=number, lazy=True) as font:
        font.setGlyphOrder(range(0x10000))  # their names would take most of the time
        return frozenset(font.getBestCmap())


@cache
def _fonts() -> typst.Fonts:
    found = (find_spec(package) for package in _PACKAGES)
    folders = [str(Path(spec.origin).parent) for spec in found if spec and spec.origin]
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(FONT_FOLDER), *folders],
    )


@cache
def _files() -> dict[str, tuple[str, int]]:
    """Of each family of ours a file, and the number of the font in it, in order of preference."""
    found = {
        font.family: (font.path, font.index)
        for font in _fonts().fonts()
        if font.path and (font.family == _CJK or "CJK" not in font.family)
    }
    families = dict.fromkeys((FONT, *_NEXT, *sorted(found.keys() - {_CJK}), _CJK))
    return {family: found[family] for family in families}
