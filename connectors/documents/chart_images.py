"""Charts as files: Vega-Lite drawn by vl-convert, without a browser and without the network."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import font_source_sans_pro
import vl_convert

from kpis.document import printable

VEGA_LITE = "6.4"
"""The version that Altair writes for; a test compares the two."""
FONT = "Source Sans Pro"
FONT_FOLDER = Path(font_source_sans_pro.font_directory)
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
        json.dumps(_printable(spec)),
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
    return bytes(vl_convert.svg_to_png(svg(spec), scale=scale))


def font_file(style: str) -> Path:
    """The file of :data:`FONT` in a style: Regular, Semibold and others."""
    return FONT_FOLDER / f"SourceSansPro-{style}.otf"


def _printable(value: Any) -> Any:
    """The value with every text in it printable.

    vl-convert ends the whole process, in Rust, at a character that XML cannot hold.
    """
    match value:
        case str():
            return printable(value)
        case Mapping():
            return {_printable(key): _printable(part) for key, part in value.items()}
        case list() | tuple():
            return [_printable(part) for part in value]
        case _:
            return value


def _rename_ids(image: ElementTree.Element, name: str) -> None:
    """Number the ids anew: Vega goes on counting from one chart of a process to the next."""
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
