"""A typed cell as text, as mapping compares it and queries of files and sheets read it."""

import json
import uuid
from datetime import date, time
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd


def text_of(value: Any) -> str:
    """Return a cell as its shortest text: ``9935249409.0`` is ``9935249409``, dates are ISO.

    A list is one of JSON, of the texts of what it holds; ``""`` where it holds nothing. An object
    of JSON is JSON.
    """
    match value:
        case bool() | np.bool_():
            return "true" if value else "false"
        case float() | np.floating():
            if not np.isfinite(value):
                return str(value)
            if float(value).is_integer():
                return str(int(value))
            return np.format_float_positional(value, trim="-")
        case Decimal() if value.is_finite():
            text = format(value, "f")
            return text.rstrip("0").rstrip(".") if "." in text else text
        case date() | time():
            return value.isoformat()
        case np.datetime64():
            return pd.Timestamp(value).isoformat()
        case list() | tuple() | np.ndarray():
            held = [text_of(part) for part in value if not _is_none(part)]
            return json.dumps(held, ensure_ascii=False) if held else ""
        case dict():
            return json.dumps(value, ensure_ascii=False, default=text_of)
        case _:
            return str(value)


def _is_none(part: Any) -> bool:
    return part is None or (isinstance(part, float) and np.isnan(part))


def with_bytes_as_text(column: "pd.Series[Any]") -> tuple["pd.Series[Any]", frozenset[str]]:
    """Return a column with text in place of bytes, and those texts that are hexadecimal.

    Bytes that are all UTF-8 without control characters are that text. Else all of the column are
    hexadecimal, as UUIDs where all have sixteen bytes: decoded, ids that differ would be one.
    """
    if column.dtype != object:
        return column, frozenset()
    kind = pd.api.types.infer_dtype(column, skipna=True)
    if kind != "bytes" and not kind.startswith("mixed"):
        return column, frozenset()
    found = {bytes(v) for v in column if isinstance(v, bytes | bytearray | memoryview)}
    texts = {value: text for value in found if (text := _plain_text(value)) is not None}
    is_binary = len(texts) < len(found)
    if is_binary:
        are_uuids = all(len(value) == 16 for value in found)
        texts = {v: str(uuid.UUID(bytes=v)) if are_uuids else v.hex() for v in found}
    read = [texts[bytes(v)] if isinstance(v, bytes | bytearray | memoryview) else v for v in column]
    as_text = pd.Series(read, index=column.index, dtype=object)
    return as_text, frozenset(texts.values() if is_binary else ())


def _plain_text(value: bytes) -> str | None:
    """What bytes say as text, None where they are none."""
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return None
    return text if all(c.isprintable() or c in "\t\r\n" for c in text) else None
