"""The encoding of a CSV file: as given, by its byte order mark, found out, or two at once."""

import codecs
import re
from collections.abc import Iterator

import pandas as pd
from charset_normalizer import from_bytes

from connectors.sources.hidden_rows import row_runs
from connectors.sources.raw import RawNote
from kpis.errors import SourceError

_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_CODE_PAGES = ["cp1252", "cp1250", "cp1251", "cp1253", "cp932", "gb18030", "big5", "cp949"]
_SAMPLE_BYTES = 65_536
_ZEROS_OF_TEXT = 0.05
"""Share of characters with a zero byte above which a text is UTF-16."""
_STRAY_ZEROS = 3
"""A short text may have as many by mistake."""
_OTHER_THAN_ASCII = r"[^\x00-\x7f]"
_EXAMPLES = 3


def encoding_of(data: bytes, where: str, given: str | None) -> str:
    """Return the encoding that all of ``data`` can be read in.

    It is the given one, that of the byte order mark, UTF-16 where every other byte of plain
    letters is zero, UTF-8, or the code page that the words look like.

    Raises SourceError, beginning with ``where``: no such encoding, or none that fits.
    """
    by_bom = next((name for bom, name in _BOMS.items() if data.startswith(bom)), None)
    if given:
        try:
            "".encode(given)  # "base64" is a codec, too, but none of text
            found = codecs.lookup(given).name
        except LookupError:
            raise SourceError(
                f"{where}: there is no encoding '{given}'. Use a name such as 'utf-8', 'cp1252' "
                "(Western Windows) or 'utf-16'."
            ) from None
        candidates = ["utf-8-sig" if found == "utf-8" else found]
    else:
        candidates = [by_bom] if by_bom else [*_wide(data), "utf-8", *_detected(data)]
    for candidate in candidates:
        if _wrong_at(data, candidate) is None:
            return candidate
    tried = "has an encoding nobody knows"
    if given or by_bom:
        wrong = data.count(b"\n", 0, _wrong_at(data, candidates[0])) + 1
        tried = f"is not {given or by_bom}, at first in line {wrong}"
    raise SourceError(
        f"{where}: the text {tried}. Save it as UTF-8, or name its encoding in the source's "
        'settings, such as encoding = "cp1252".'
    )


def guess_notes(frame: pd.DataFrame, encoding: str, given: str | None) -> tuple[RawNote, ...]:
    """Return a note on the rows of ``frame`` whose letters depend on a guess of the encoding.

    None where the encoding is ``given``, or is one of Unicode, which a text fits by no chance. It
    is a doubt unless the guess is Western Windows, the most usual code page by far.
    """
    if given or encoding.startswith("utf"):
        return ()
    cells = [frame.iloc[:, at] for at in range(frame.shape[1])]
    held = [column.str.contains(_OTHER_THAN_ASCII, na=False) for column in cells]
    rows = int(pd.concat(held, axis=1).any(axis=1).sum()) if len(frame) else 0
    texts = [*map(str, frame.columns)]
    for column, is_held in zip(cells, held, strict=True):
        texts += column[is_held].unique().tolist()[:_EXAMPLES]
    words = [word[0] for text in texts if (word := re.search(r"\S*[^\x00-\x7f]\S*", text))]
    note = RawNote(
        rows=rows or len(frame),
        what=f"were read as {encoding}, a guess, as the file is not UTF-8",
        examples=tuple(dict.fromkeys(words))[:_EXAMPLES],
        remedy='encoding = "…" on the source decides otherwise.',
        is_doubt=encoding != "cp1252",
    )
    return (note,) if note.rows else ()


def in_one_encoding(
    data: bytes, found: str, given: str | None
) -> tuple[bytes, str, tuple[RawNote, ...]]:
    """Return a text that is mostly UTF-8 as all of it, and a doubt on the lines that were not.

    Rows that a program of Windows appends to a file of UTF-8 are in another encoding. As the whole
    file were read in theirs (``found``), the names of the others would be two. The text is returned
    as it is where the encoding is ``given`` or of Unicode, and where less than half of the lines
    with other than ASCII are UTF-8, which a line of a code page is by no chance.
    """
    if given or found.startswith("utf"):
        return data, found, ()
    lines = data.splitlines(keepends=True)
    odd = {at: line for at, line in enumerate(lines) if not line.isascii()}
    others = [at for at, line in odd.items() if _wrong_at(line, "utf-8") is not None]
    if len(others) * 2 >= len(odd):
        return data, found, ()
    telling = b"".join(lines[at] for at in others)
    pages = [*_detected(telling), found]
    page = next(page for page in pages if _wrong_at(telling, page) is None)
    for at in others:
        lines[at] = lines[at].decode(page).encode()
    numbers = [at + 1 for at in others]
    note = RawNote(
        rows=len(numbers),
        what=f"were read as {page}, a guess, as the file is UTF-8 in its other lines",
        examples=(row_runs(numbers, "line"),),
        remedy="Export the file again, or save all of it as UTF-8.",
        is_doubt=True,
    )
    return b"".join(lines), "utf-8", (note,)


def _wrong_at(data: bytes, encoding: str) -> int | None:
    """Where a text is not in an encoding, None where it is."""
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        return error.start
    return None


def _wide(data: bytes) -> Iterator[str]:
    """UTF-16 without a byte order mark: half of the bytes of separators and digits are zero."""
    sample = data[: _SAMPLE_BYTES // 2 * 2]
    first, second = sample[0::2].count(0), sample[1::2].count(0)
    few = max(len(sample) // 2 * _ZEROS_OF_TEXT, _STRAY_ZEROS)
    if second > few and first <= second / 10:
        yield "utf-16-le"
    if first > few and second <= first / 10:
        yield "utf-16-be"


def _detected(data: bytes) -> Iterator[str]:
    # Only lines with other than ASCII characters show the encoding; a few are enough.
    telling = b"\n".join(line for line in data.splitlines() if not line.isascii())
    matches = from_bytes(telling[:_SAMPLE_BYTES], cp_isolation=_CODE_PAGES)
    best = matches.best()
    if best is None:
        return
    if telling.decode(best.encoding, "replace") == telling.decode("cp1252", "replace"):
        yield "cp1252"  # another code page, too, but none of its own letters occurs
    if best.encoding == "cp1250":
        # A few words of Western text read as well in the Central European code page, with wrong
        # accents. It is the Western one unless that puts signs within words, as in "¿ó³w".
        for match in matches:
            as_good = match.encoding == "cp1252" and match.chaos <= best.chaos
            if as_good and not re.search(r"[^\W\d_][¡-¿×÷][^\W\d_]", str(match)):
                yield "cp1252"
    yield best.encoding
