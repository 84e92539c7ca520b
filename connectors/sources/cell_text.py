"""A typed cell as text, as mapping compares it and queries of files and sheets read it."""

from datetime import date, time
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd


def text_of(value: Any) -> str:
    """Return a cell as its shortest text: ``9935249409.0`` is ``9935249409``, dates are ISO."""
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
        case _:
            return str(value)
