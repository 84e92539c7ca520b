"""Amounts below zero: refunds, or a source that writes what was spent with a minus."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.cells import Cells, Remark

_RESIDUE = 1e-9
"""What rounding leaves over of amounts that cancel out."""


def below_zero(
    table: str, column: str, cells: Cells, values: "pa.Array[Any]", scale: float
) -> list[Remark]:
    """Return the remark on amounts below zero, none where there are none.

    It is a doubt where more rows are below zero than above, or their amounts outweigh the others.
    """
    amounts = pc.fill_null(values, 0.0).to_numpy(zero_copy_only=False)
    positions = np.flatnonzero(amounts < 0)
    rows = np.bincount(cells.codes[cells.codes >= 0], minlength=len(amounts))
    below, above = int(rows[positions].sum()), int(rows[amounts > 0].sum())
    if not below:
        return []
    what = f"are below zero, beside {above:,} above"
    if below <= above and float(amounts @ rows) > _RESIDUE:
        return [Remark(tuple(positions.tolist()), f"{what}: they count as refunds")]
    turned = f"scale = {{ {column} = {-scale:g} }} under [tables.{table}]"
    return [
        Remark(
            tuple(positions.tolist()),
            f"{what}: all that is computed from them may have the wrong sign",
            f"If the source writes them with a minus, {turned} takes it away.",
            is_doubt=True,
        )
    ]
