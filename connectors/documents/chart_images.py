"""Charts as files: Vega-Lite drawn by vl-convert, without a browser and without the network."""

import json
import re
from collections.abc import Mapping
from functools import cache
from math import cos, radians, sin
from typing import Any
from xml.etree import ElementTree

import vl_convert

from connectors.documents.fonts import FONT, FONT_FOLDER, drawable, is_in_source_sans, typeset

VEGA_LITE = "6.4"
"""The version that Altair writes for; a test compares the two."""
_CONFIG = {"font": FONT, "background": "white"}
_SVG = "http://www.w3.org/2000/svg"


def svg(spec: Mapping[str, Any], name: str = "chart") -> str:
    """The chart as an SVG image whose text is text, in :data:`FONT`.

    spec: Vega-Lite with its data inside; its own config wins over ours. name: what the ids in the
    image begin with; charts that stand on one page need different ones. The same spec and name
    give the same text. Raises ValueError where the spec is no valid Vega-Lite, or has data or
    images that are read from elsewhere.
    """
    _register_fonts()
    drawn = vl_convert.vegalite_to_svg(
        json.dumps(_drawable(spec)),
        vl_version=VEGA_LITE,
        config=_CONFIG,
        allowed_base_urls=[],  # not one address that data may be read from
    )
    image = ElementTree.fromstring(drawn)
    if image.find(f".//{{{_SVG}}}image") is not None:
        raise ValueError("The chart shows an image, and whoever opens it would fetch it.")
    _rename_ids(image, name)
    ElementTree.register_namespace("", _SVG)
    return ElementTree.tostring(image, encoding="unicode")


def png(spec: Mapping[str, Any], scale: float = 2.0) -> bytes:
    """The chart as a PNG image of ``scale`` pixels for each pixel of the chart; see :func:`svg`."""
    return typeset("chart.typ", {"chart": for_typst(spec)}, "png", ppi=72 * scale)


def for_typst(spec: Mapping[str, Any], name: str = "chart", alt: str = "") -> dict[str, Any]:
    """The chart for draw_chart.typ: its SVG, and the texts that need more than one font.

    Within an SVG, Typst and vl-convert put the letters of some scripts on top of each other.
    """
    image = ElementTree.fromstring(svg(spec, name))
    texts: list[dict[str, Any]] = []
    _take_texts(image, (0.0, 0.0, 0.0), texts)
    return {
        "svg": ElementTree.tostring(image, encoding="unicode"),
        "width": float(image.attrib["width"]),
        "height": float(image.attrib["height"]),
        "alt": alt,
        "texts": texts,
    }


_ANCHORS = {"middle": 0.5, "end": 1.0}
_MOVES = re.compile(r"(translate|rotate)\(([^)]*)\)")
_Place = tuple[float, float, float]
"""x, y, and degrees that what stands there is turned by."""


def _take_texts(element: ElementTree.Element, at: _Place, texts: list[dict[str, Any]]) -> None:
    """Move the texts that Source Sans cannot draw out of an element that begins at a place."""
    at = _moved(at, element.get("transform", ""))
    for part in list(element):
        text = "".join(part.itertext())
        if part.tag != f"{{{_SVG}}}text" or is_in_source_sans(text):
            _take_texts(part, at, texts)
            continue
        element.remove(part)
        x, y, angle = _moved(at, part.get("transform", ""))
        texts.append(
            {
                **{"text": text, "x": x, "y": y, "angle": angle, "fill": part.get("fill", "")},
                "anchor": _ANCHORS.get(part.get("text-anchor", ""), 0.0),
                "size": float(part.get("font-size", "11px").removesuffix("px")),
                "is_bold": part.get("font-weight") in ("bold", "600", "700"),
            }
        )


def _moved(at: _Place, moves: str) -> _Place:
    """The place after the moves and turns of a ``transform`` as Vega writes it."""
    x, y, angle = at
    for move, numbers in _MOVES.findall(moves):
        first, *rest = (float(number) for number in numbers.split(","))
        if move == "rotate":
            angle += first
        else:
            across, down, turn = first, rest[0] if rest else 0.0, radians(angle)
            x += across * cos(turn) - down * sin(turn)
            y += across * sin(turn) + down * cos(turn)
    return x, y, angle


def _drawable(value: Any) -> Any:
    """The value with every text in it as it can be drawn.

    vl-convert ends the whole process, in Rust, at a character that XML cannot hold.
    """
    match value:
        case str():
            return drawable(value)
        case Mapping():
            return {_drawable(key): _drawable(part) for key, part in value.items()}
        case list() | tuple():
            return [_drawable(part) for part in value]
        case _:
            return value


def _rename_ids(image: ElementTree.Element, name: str) -> None:
    """Renumber the ids: Vega keeps counting from one chart of a process to the next."""
    named = [element for element in image.iter() if "id" in element.attrib]
    new = {element.attrib["id"]: f"{name}-{n}" for n, element in enumerate(named)}
    references = {f"url(#{old})": f"url(#{id_})" for old, id_ in new.items()}
    for element in image.iter():
        for attribute, value in element.attrib.items():
            if attribute == "id":
                element.set(attribute, new[value])
            elif value in references:
                element.set(attribute, references[value])


@cache
def _register_fonts() -> None:
    """Make :data:`FONT` known to vl-convert, once in a process."""
    vl_convert.register_font_directory(str(FONT_FOLDER))
