"""Claims about charts as files: text is text, nothing is fetched, and no text ends the process."""

import re
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

import altair
import pytest
import vl_convert

from connectors.documents.chart_images import VEGA_LITE, for_typst, png, svg
from connectors.documents.fonts import FONT, font_file

NASTY = [
    "<script>alert(1)</script>",
    "=1+1",
    "**bold**",
    "שלום עולם",
    "مرحبا",
    "🚀👩‍💻",
    'a"b&c',
    "]]>",
]
SERVER = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        print(self.path, file=open(sys.argv[1], "a"), flush=True)
        self.send_response(200); self.end_headers(); self.wfile.write(b'[{"campaign": "fetched"}]')
    def log_message(self, *what): pass
server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
"""


def bars(campaigns: list[str]) -> dict:
    """A bar for each campaign, with its name as it is beside it."""
    rows = [{"campaign": name, "leads": leads} for leads, name in enumerate(campaigns, 1)]
    chart = altair.Chart(altair.Data(values=rows)).mark_bar(clip=True)
    return chart.encode(x="leads:Q", y=altair.Y("campaign:N", sort=None)).to_dict()


def texts(image: str) -> list[str]:
    root = ElementTree.fromstring(image)
    return ["".join(text.itertext()) for text in root.iter("{http://www.w3.org/2000/svg}text")]


def test_the_version_of_vega_lite_is_the_one_altair_writes_for() -> None:
    assert altair.SCHEMA_VERSION.removeprefix("v").rpartition(".")[0] == VEGA_LITE
    assert VEGA_LITE in vl_convert.get_vegalite_versions()


def test_a_chart_without_data_is_an_image_too() -> None:
    assert texts(svg(bars([])))


def test_names_of_campaigns_are_text_as_they_are() -> None:
    image = svg(bars(NASTY))
    assert set(NASTY) <= set(texts(image))
    assert "<script" not in image


def test_characters_that_xml_cannot_hold_are_replaced() -> None:
    """Given to vl-convert as they are, they end the whole process, and these tests with it."""
    image = svg(bars(["a\x00b", "c\x1bd", "e\ufffff", "g\ud800h"]))
    assert {"a�b", "c�d", "e�f", "g�h"} <= set(texts(image))


def test_letters_are_in_our_font_and_it_is_really_there() -> None:
    """A column of i is far narrower than one of M in our font, as it is not in a monospaced one."""
    image = svg(bars(["iiiiiiiiii"]))
    families = set(re.findall(r'font-family="([^"]*)"', image))
    assert families == {FONT}
    assert {font_file(style).is_file() for style in ("Regular", "Semibold")} == {True}
    widths = [float(ElementTree.fromstring(svg(bars([c * 20]))).attrib["width"]) for c in "iM"]
    assert widths[1] > widths[0] + 90


def test_the_same_chart_is_the_same_text_and_names_keep_two_apart() -> None:
    """Vega counts the ids of all charts of a process: they would differ from time to time."""
    chart = bars(["a"])
    assert svg(chart) == svg(chart)
    ids = [set(re.findall(r' id="([^"]*)"', svg(chart, name))) for name in ("one", "two")]
    assert ids[0] and ids[1]
    assert not ids[0] & ids[1]
    used = re.findall(r"url\(#([^)]*)\)", svg(chart, "one"))
    assert set(used) == ids[0]


def test_a_name_that_looks_like_an_id_stays_as_it_is() -> None:
    assert 'url(#clip0) id="clip0"' in texts(svg(bars(['url(#clip0) id="clip0"'])))


def test_a_png_has_two_pixels_for_each_of_the_chart() -> None:
    chart = bars(["a", "b"])
    image = png(chart)
    assert image.startswith(b"\x89PNG\r\n\x1a\n")
    root = ElementTree.fromstring(svg(chart))
    size = tuple(round(2 * float(root.attrib[side])) for side in ("width", "height"))
    assert struct.unpack(">II", image[16:24]) == size
    assert png(chart, scale=1.0) != image


def test_texts_that_need_other_fonts_lie_where_they_lay_in_the_image() -> None:
    """A label beside its bar, one turned below its axis; texts in Source Sans stay in the image."""
    beside = for_typst(bars(["Plain", "日本"]))
    assert ">日本<" not in beside["svg"] and ">Plain<" in beside["svg"]
    (label,) = beside["texts"]
    bar = re.search(r"translate\((\d+),(\d+)\)", beside["svg"])
    assert bar is not None
    assert (label["anchor"], label["angle"], label["size"]) == (1.0, 0.0, 10.0)
    assert 5 < float(bar[1]) - label["x"] < 8  # an axis' labels end a few pixels before it
    assert 20 < label["y"] < 50  # the second of two bars of 20 pixels each
    turned = bars(["日本"])
    turned["encoding"] = {"x": turned["encoding"]["y"], "y": turned["encoding"]["x"]}
    (label,) = for_typst(turned)["texts"]
    assert label["angle"] == 270.0
    assert label["y"] > 200  # below an axis of 200 pixels


@pytest.mark.parametrize("name", ["日本", "🚀👩‍💻", "שלום", "नमस्ते"])
def test_letters_that_need_other_fonts_are_drawn(name: str) -> None:
    """Beside the one bar there is more ink than without a name, and not that of two boxes."""

    def image_of(campaign: str) -> bytes:
        return png(bars([campaign]))

    assert len({image_of(""), image_of(name), image_of(name + name[0])}) == 3


def test_a_wrong_specification_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="Vega-Lite"):
        svg({"mark": "no such mark", "data": {"values": []}})


@contextmanager
def web_server(folder: Path) -> Iterator[tuple[str, Path]]:
    """A server in a process of its own (vl-convert holds this one up), and what was asked of it."""
    asked = folder / "asked.txt"
    asked.touch()
    command = [sys.executable, "-c", SERVER, str(asked)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}", asked
        finally:
            process.terminate()


@pytest.mark.parametrize("make", [svg, png])
def test_nothing_is_fetched_for_a_chart(make, tmp_path: Path) -> None:
    """Neither data nor images: a chart whose specification names an address is refused."""
    with web_server(tmp_path) as (address, asked):
        from_there = {"data": {"url": f"{address}/data.json"}, "mark": "bar"}
        image = {"data": {"values": [{}]}, "mark": {"type": "image", "url": f"{address}/i.png"}}
        for chart in (from_there, image):
            with pytest.raises(ValueError, match="not allowed|may be|would fetch"):
                make(chart)
        assert asked.read_text() == ""
        vl_convert.vegalite_to_svg(from_there)
        assert asked.read_text() == "/data.json\n", "the server would have told"
