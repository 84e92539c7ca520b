"""People who are leads twice: one e-mail address below two ids."""

import re

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.cells import shown, texts_of
from connectors.mapping.notes import EXAMPLES, Note
from connectors.mapping.unmapped.columns import UnmappedColumns
from connectors.mapping.unmapped.made_up_rows import EMAILS

_ADDRESS = r"^[^@\s]+@[^@\s]+\.[^@\s.]+$"
_NOBODY = re.compile(r"(?:no-?reply|no-?e?-?mail|none?|na|n/a|unknown|anonymous|keine)@.*")
_LEAST, _SHARE = 2, 0.01
"""So many addresses are no coincidence; fewer are, below this share of all rows."""


def emails_of(columns: UnmappedColumns, rows: pa.Table) -> "pa.Array[pa.Scalar] | None":
    """Return the e-mail address of each loaded lead, mapped or not; None where there are none."""
    if columns.table != "leads":
        return None
    if rows["email"].null_count < rows.num_rows:
        return rows["email"].combine_chunks()
    for at, _ in columns.headed(EMAILS):
        cells = columns.cells(at)
        found = cells.in_rows(pa.array(texts_of(cells.values), pa.string()))
        if pc.any(pc.match_substring_regex(found, _ADDRESS)).as_py():
            return found
    return None


def same_people_notes(ids: pa.ChunkedArray, emails: "pa.Array[pa.Scalar]") -> list[Note]:
    """Return a doubt where addresses stand below several lead ids, over all parts of leads.

    Case and blanks around an address do not count. It takes two addresses, or one row in a hundred.
    An address that is nobody's, such as noreply@, is none.
    """
    address = emails.to_pandas().str.strip().str.lower()
    is_one = address.str.match(_ADDRESS, na=False) & ~address.str.match(_NOBODY, na=False)
    frame = pd.DataFrame({"id": ids.to_pandas(), "email": address})[is_one].drop_duplicates()
    again = frame[frame.duplicated("email", keep=False)]
    of_address = again.groupby("email", sort=False)["id"].agg(list)
    surplus = len(again) - len(of_address)
    if not surplus or (len(of_address) < _LEAST and surplus < _SHARE * len(address)):
        return []
    examples = [
        shown(f"{email}: {', '.join(map(str, found))}")
        for email, found in of_address.iloc[:EXAMPLES].items()
    ]
    one = len(of_address) == 1
    what = f"have the e-mail address of another lead: {len(of_address):,} "
    what += f"{'address has' if one else 'addresses have'} several ids, so people count twice"
    remedy = "Merge them in the source, or leave one of each out of a part with a query. If each "
    remedy += "request is a lead of its own, leave them."
    return [
        Note(
            table="leads",
            column="",
            rows=surplus,
            what=what,
            examples=tuple(examples),
            remedy=remedy,
            is_doubt=True,
        )
    ]
