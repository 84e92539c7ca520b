"""Claims about texts that were encoded twice: they are a doubt, and capitals beside signs none."""

import pytest

from tests.connectors.mapping.mapped_frames import mapped


def notes(*campaigns):
    count = len(campaigns)
    ids = [f"L{i}" for i in range(count)]
    frame = {"lead_id": ids, "created_at": ["2026-10-01"] * count, "campaign_id": campaigns}
    found = mapped("leads", frame).notes
    return [note for note in found if note.what == "look encoded twice"]


@pytest.mark.parametrize(
    "text", ["Frühjahr", "été", "L’été", "Łódź – żółw", "Příbram", "Москва", "東京", "🎉", "“A”"]
)
def test_what_was_encoded_twice_is_a_doubt(text):
    """As UTF-8 that a program takes for Western Windows, and writes as UTF-8 again."""
    twice = "".join(
        bytes([byte]).decode("cp1252") if byte not in b"\x81\x8d\x8f\x90\x9d" else chr(byte)
        for byte in text.encode()
    )
    (note,) = notes(twice, twice, "plain")
    assert note.is_doubt and note.examples == (twice,)
    assert note.text.startswith("2 cells of campaign_id look encoded twice")
    assert notes(text) == []


@pytest.mark.parametrize(
    "text", ["NESCAFÉ®", "„MENÜ“", "AMANHÃ…", "São João", "MAÇÃ", "Âge", "À – B", "PÅ”", "25 °C"]
)
def test_letters_beside_signs_are_no_doubt(text):
    assert notes(text) == []
