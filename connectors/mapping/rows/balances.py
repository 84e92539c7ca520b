"""Balances among the entries of a ledger: ``Saldovortrag``, ``Opening balance``, ``c/f``."""

import re
from collections.abc import Mapping

import numpy as np

from connectors.mapping.cells import Cells, distinct, shown
from connectors.mapping.rejects import NoRow
from connectors.sources.raw import RawTable

LEDGERS = ("costs", "payments")
"""Tables whose rows may be the entries of an account."""

_BALANCE = re.compile(
    r"""(?: saldovortrag | (?:saldo[ -])?(?:über|vor)trag(?: (?:vom )?(?:vormonat|vorjahr))?
      | (?:anfangs|eröffnungs|end|schluss|abschluss)(?:saldo|bestand)
      | (?:opening|closing|starting|ending|beginning|previous)[ ]balance
      | (?:balance[ ])?(?:brought|carried)[ -](?:forward|down) | (?:balance[ ])?[bc]/[fd]
      | balance[ ][bc][fd]
      | (?:report|solde)?[ ]?à[ ]nouveau
      | solde[ ](?:initial|final|précédent|reporté|d['’]ouverture|de[ ]clôture)
      | saldo[ ](?:inicial|final|anterior|iniziale|finale|precedente|początkowe|końcowe)
      | (?:begin|eind)saldo )
      [\W\d]*""",
    re.VERBOSE | re.IGNORECASE,
)


def balances(
    table: str, cells: Mapping[str, Cells], raw: RawTable, origin: Mapping[str, int], keep: str
) -> list[NoRow]:
    """Return the rows with a cell that is the label of a balance, in a mapped column or another.

    An amount beside it is what the account held: the entries add up to it.
    """
    if table not in LEDGERS:
        return []
    names = {at: name for name, at in origin.items()}
    found: dict[int, NoRow] = {}
    for at, header in enumerate(raw.frame.columns):
        name = names.get(at, str(header))
        held = cells[name] if name in cells else distinct(raw.frame.iloc[:, at])
        if held.values.dtype != object:
            continue
        labels = {
            position: value
            for position, value in enumerate(held.values)
            if isinstance(value, str) and _BALANCE.fullmatch(value)
        }
        for row in np.flatnonzero(np.isin(held.codes, list(labels))).tolist():
            label = shown(labels[int(held.codes[row])])
            found.setdefault(row, NoRow(row, name, label, f"is a balance, not an entry; {keep}"))
    return list(found.values())
