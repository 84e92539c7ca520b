"""Leads and deals that somebody made up to try a form: ``test@test.com``, ``TEST-1``, ``asdf``."""

import re
from collections.abc import Iterator
from itertools import islice

import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.cells import shown, texts_of
from connectors.mapping.notes import EXAMPLES, Note
from connectors.mapping.rows.overlaps import sums
from connectors.mapping.unmapped.columns import UnmappedColumns

_TEST = r"(?:tests?|tester|testing|asdf\w*|qwert[yz]\w*|dummy|foo(?:bar)?)\d*"
_BESIDE = (
    r"(?:zz+|xx+|qa|dev|user|lead|contact|account|company|customer|deal|opportunity|person|record"
    r"|form|firma|kunde|kontakt|campaign|kampagne|\d+)"
)
_WHOLE = rf"(?i)^(?:{_BESIDE}[ _-]+)*{_TEST}(?:[ _-]+(?:{_BESIDE}|{_TEST}))*$"
_PART = rf"(?i)^(?:[^ ]*[_-])?{_TEST}(?:[_-][^ ]*)?$"
_NO_PART = r"(?i)\b(?:ab|a[_-]b)[_-]test|test[_-](?:drive|ride)"
_EMAIL = (
    rf"(?i)^(?:{_TEST}|qa)(?:\+[^@]*|[._-]?\d*)@|\+(?:test|qa)\d*@"
    r"|@(?:(?:[^@]+\.)?example\.(?:com|org|net)|test\.com|asdf\w*\.\w+|foo\.com)$"
    r"|\.(?:test|example|invalid)$"
)
_PATTERNS = {
    "leads": {"email": _EMAIL, "company": _WHOLE, "lead_id": _PART, "campaign_id": _WHOLE},
    "deals": {"deal_id": _PART, "lead_id": _PART, "customer_id": _WHOLE},
}
_NAMES = re.compile(
    r"(?:(?:lead|contact|full|deal|opportunity|account|company|firm|organi[sz]ation) )?name"
    r"|company|account|organi[sz]ation|firma|unternehmen|title|vollständiger name"
)
"""Not a first or last name: Tester is one."""
EMAILS = re.compile(
    r"(?:(?:work|business|primary|contact|lead) )?(?:e ?mail|mail)(?: adress?e?)?s?"
    r"|(?:(?:work|business|primary|contact|lead) )?e ?mail address(?:es)?"
    r"|correo(?: electr[oó]nico)?|courriel"
)
_LISTED = 12
_SHARE = 0.5
"""Above this share of rows it is the way a source writes its ids, or a system for trials."""


def made_up_notes(columns: UnmappedColumns, rows: pa.Table) -> list[Note]:
    """Return a doubt on the leads or deals that look like tests; none where most of them do.

    rows: those loaded. A whole cell reads ``test`` or the like, beside words such as ``user``; in
    an id it may be one part (``TEST-1``). Of a longer name it says nothing: ``A/B test spring``,
    ``Test drive``. An e-mail at a domain that is reserved for examples is nobody's.
    """
    patterns = _PATTERNS.get(columns.table, {})
    key = rows.column_names[0]
    found: dict[int, str] = {}
    for texts, pattern in _searched(columns, rows, patterns):
        is_test = pc.match_substring_regex(texts, pattern)
        if pattern == _PART:
            is_test = pc.and_not(is_test, pc.match_substring_regex(texts, _NO_PART))
        for at in pc.indices_nonzero(is_test.fill_null(False)).to_pylist():
            found.setdefault(at, str(texts[at].as_py()))
    if not 0 < len(found) <= _SHARE * rows.num_rows:
        return []
    at = sorted(found)
    ids = [str(rows[key][row].as_py()) for row in at]
    texts_shown = [
        id_ if id_ == found[row] else f"{id_}: {found[row]}"
        for id_, row in islice(zip(ids, at, strict=True), EXAMPLES)
    ]
    return [
        Note(
            table=columns.table,
            column="",
            rows=len(at),
            what=f"look like test data{sums(rows.take(at).to_pandas())}",
            examples=tuple(shown(text) for text in texts_shown),
            remedy=f"Delete them in the source, or leave them out: {_line(columns, key, ids)}.",
            is_doubt=True,
        )
    ]


def _searched(
    columns: UnmappedColumns, rows: pa.Table, patterns: dict[str, str]
) -> Iterator[tuple[pa.Array, str]]:
    """Each column in which tests show, mapped or not, with the pattern of a test there."""
    if not patterns:
        return
    for name, pattern in patterns.items():
        yield rows[name].combine_chunks(), pattern
    for words, pattern in ((_NAMES, _WHOLE), (EMAILS, _EMAIL)):
        for at, _ in columns.headed(words):
            cells = columns.cells(at)
            yield cells.in_rows(pa.array(texts_of(cells.values), pa.string())), pattern


def _line(columns: UnmappedColumns, key: str, ids: list[str]) -> str:
    listed = ", ".join(columns.text(id_) for id_ in ids[:_LISTED])
    more = ", …" if len(ids) > _LISTED else ""
    return columns.where(f"{columns.name(columns.called.get(key, key))} NOT IN ({listed}{more})")
