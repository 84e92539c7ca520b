"""Balances among the entries of a ledger: ``Saldovortrag``, ``Opening balance``, ``c/f``."""

import re
from collections.abc import Collection, Mapping

import numpy as np
import numpy.typing as npt

from connectors.mapping.cells import Cells, distinct, shown
from connectors.mapping.rejects import NoRow
from connectors.sources.raw import RawTable

LEDGERS = ("costs", "payments")
"""Tables whose rows may be the entries of an account."""

_BALANCE = re.compile(
    r"""(?: saldovortrag | (?:saldo[ -])?(?:über|vor)trag
        (?:[ ](?:(?:vom|von|aus|auf)[ ])?(?:vormonat|vorjahr|(?:vor|folge)?seite|blatt))?
      | (?:zu[ ]übertragen | summen?[ -](?:über|vor)trag)
      | (?:anfangs|eröffnungs|end|schluss|abschluss)(?:saldo|bestand)
      | (?:opening|closing|starting|ending|beginning|previous)[ ]balance
      | (?:(?:bal(?:ance)?\.?|amount|total|sum|sub-?total)[ ])?
        (?:(?:brought|carried|carry)[ -](?:forward|down|over) | [bc]/(?:[fd]|fwd))
      | balance[ ][bc][fd]
      | (?:report|solde)?[ ]?à[ ]nouveau
      | (?:(?:total|somme|solde)[ ])?à[ ]reporter | report[ ]de[ ]la[ ]page[ ]précédente
      | solde[ ](?:initial|final|précédent|reporté|d['’]ouverture|de[ ]clôture)
      | saldo[ ](?:inicial|final|anterior|iniziale|finale|precedente|początkowe|końcowe)
      | sumas?[ ](?:anterior(?:es)?|y[ ]siguen?) | soma[ ]anterior
      | (?:(?:totale|saldo)[ ])?(?:riporto|[ad]a?[ ]riportare)(?:[ ]a[ ]nuovo)? | a[ ]transportar
      | (?:do|z)[ ]przeniesienia | te[ ]transporteren
      | (?:begin|eind)saldo )
      [\W\d]*""",
    re.VERBOSE | re.IGNORECASE,
)
_CARRIED = re.compile(
    r"""(?: reports? | transport[eo]?
      | (?:(?:fiscal[ ])?year[ -]end[ ])?clos(?:ing|e)(?:[ ](?:entry|entries|journal|out))?
      | (?:transfer|close)[ ]to[ ](?:p\s?&\s?l|profit[ ]and[ ]loss|retained[ ]earnings)
      | (?:jahres)?abschluss(?:buchung)?(?:[ ](?:guv|g[ ]?u[ ]?v))? | guv[ -]?(?:konto|abschluss)
      | (?:écriture|opération)s?[ ]de[ ]clôture | (?:asiento|regularización)[ ]de[ ]cierre
      | asiento[ ]de[ ]regularización | scrittura[ ]di[ ]chiusura | chiusura[ ]conto
      | afsluit(?:ing|boeking) | lançamento[ ]de[ ]encerramento | encerramento )
      (?:[\W\d]|fy|gj|year|jahr|ejercicio|exercice|esercizio)*""",
    re.VERBOSE | re.IGNORECASE,
)
"""A sum carried to the next page or, of a year, to profit and loss; or a cost of that name: the
amount decides."""
_HALF_A_CENT = 0.005


def balances(
    table: str,
    cells: Mapping[str, Cells],
    raw: RawTable,
    origin: Mapping[str, int],
    amounts: npt.NDArray[np.float64] | None,
    keep: str,
) -> list[NoRow]:
    """Return the rows with a cell that is the label of a balance, in a mapped column or another.

    amounts: of each row. An amount beside a balance is what the account held: the entries add up
    to it. ``Transport`` is one where its amount is the sum of the entries above, or a balance's;
    so is a closing entry, which is minus that sum, or minus the sum since the last balance.
    """
    if table not in LEDGERS:
        return []
    names = {at: name for name, at in origin.items()}
    found: dict[int, NoRow] = {}
    carried: dict[int, NoRow] = {}
    for at, header in enumerate(raw.frame.columns):
        name = names.get(at, str(header))
        held = cells[name] if name in cells else distinct(raw.frame.iloc[:, at])
        if held.values.dtype != object:
            continue
        for pattern, rows in ((_BALANCE, found), (_CARRIED, carried)):
            labels = {
                position: value
                for position, value in enumerate(held.values)
                if isinstance(value, str) and pattern.fullmatch(value)
            }
            for row in np.flatnonzero(np.isin(held.codes, list(labels))).tolist():
                label = shown(labels[int(held.codes[row])])
                rows.setdefault(row, NoRow(row, name, label, f"is a balance, not an entry; {keep}"))
    for row in sorted(carried.keys() - found.keys()):
        if amounts is not None and _is_carried(row, found, amounts):
            found[row] = carried[row]
    return list(found.values())


def _is_carried(row: int, balances: Collection[int], amounts: npt.NDArray[np.float64]) -> bool:
    """Whether an amount is the last balance or the sum of the entries above, or minus that."""
    above = np.delete(amounts[:row], [other for other in balances if other < row])
    last = max((other for other in balances if other < row), default=None)
    sums = [amounts[last]] if last is not None else []
    for entries in (above, amounts[0 if last is None else last + 1 : row]):
        sums += [np.nansum(entries)] if np.count_nonzero(np.nan_to_num(entries)) > 1 else []
    return any(abs(amounts[row] - sign * one) < _HALF_A_CENT for one in sums for sign in (1, -1))
