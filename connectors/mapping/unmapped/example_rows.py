"""Example rows that a template came with: ``EXAMPLE - please overwrite``, ``z. B. Messe``."""

from itertools import islice

import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.cells import shown
from connectors.mapping.notes import EXAMPLES, Note
from connectors.mapping.rows.overlaps import sums
from connectors.mapping.unmapped.columns import UnmappedColumns

_EXAMPLE = r"(?:example|beispiel|exemple|ejemplo|esempio|exemplo|voorbeeld|przykład|exempel)"
_WORD = rf"(?:{_EXAMPLE}|sample|muster)"
_THING = (
    r"(?:row|line|entry|record|data|values?|text|campaign|company|deal|lead|customer|cost"
    r"|zeile|eintrag|daten|werte?|kampagne|firma|kunde|kosten|ligne|campagne|fila|línea|campaña"
    r"|riga|campagna|linha|regel|only|\d+)"
)
_OVERWRITE = (
    r"(?:please|bitte) (?:overwrite|replace|delete|remove|überschreiben|ersetzen|löschen)"
    r"|bitte .{1,20} (?:überschreiben|ersetzen|löschen)"
    r"|(?:delete|overwrite|replace|remove) this (?:example|row|line|entry|text)"
    r"|diese (?:zeile|daten) (?:bitte )?(?:überschreiben|ersetzen|löschen)"
    r"|(?:supprimer|effacer|remplacer) cette ligne|ligne à (?:supprimer|remplacer)"
    r"|(?:borrar|eliminar|reemplazar|sobrescribir) esta (?:fila|línea)"
    r"|(?:eliminare|cancellare|sovrascrivere) questa riga|(?:apagar|substituir) esta linha"
)
_PATTERN = (
    rf"(?i)^[\[(<*# ]*{_WORD}(?:[ _-]?{_THING})*[\])>*#.! ]*$"
    rf"|^[\[(<*# ]*{_EXAMPLE} ?(?:[:(]|[-–—] )"
    r"|^[\[(]?(?:z\. ?b\.|e\. ?g\.|p\. ?ex\.|p\. ?ej\.|ad es\.|bijv\.) ?[A-Za-z\x{80}-\x{10ffff}]"
    rf"|\b(?:{_OVERWRITE})\b"
)
_UNREAD = frozenset(
    {"lead_id", "customer_id", "email", "loss_reason", "disqualified_reason", "text"}
)
"""Columns that ``made_up_rows`` reads, and free text, in which customers ask for all sorts."""
_SHARE = 0.5
"""Above this share of rows the source is an example as a whole."""


def example_notes(columns: UnmappedColumns, rows: pa.Table) -> list[Note]:
    """Return a doubt on the loaded ``rows`` that say they are an example; none where most do.

    A whole cell of text is the word, beside others for a row (``Sample row``), or it begins with
    it and a mark (``Beispiel: Messe``), or asks to be overwritten. ``Example.com`` is a name.
    """
    found: dict[int, tuple[str, str]] = {}
    for name in rows.column_names:
        if rows.schema.field(name).type != pa.string() or name in _UNREAD:
            continue
        values = pc.unique(rows[name])
        said = values.filter(pc.match_substring_regex(values, _PATTERN).fill_null(False))
        if len(said):
            for at in pc.indices_nonzero(pc.is_in(rows[name], said)).to_pylist():
                found.setdefault(at, (name, str(rows[name][at].as_py())))
    if not 0 < len(found) <= _SHARE * rows.num_rows:
        return []
    at = sorted(found)
    shown_rows = [f"row {columns.numbers[row]}: {found[row][1]}" for row in islice(at, EXAMPLES)]
    return [
        Note(
            table=columns.table,
            column="",
            rows=len(at),
            what=f"look like the example of a template{sums(rows.take(at).to_pandas())}",
            examples=tuple(shown(text) for text in shown_rows),
            remedy=f"Delete them in the source, or leave them out: {_line(columns, found)}.",
            is_doubt=True,
        )
    ]


def _line(columns: UnmappedColumns, found: dict[int, tuple[str, str]]) -> str:
    """The line of settings without these rows; rows that are blank in a column stay."""
    by_column: dict[str, list[str]] = {}
    for name, text in dict.fromkeys(found.values()):
        by_column.setdefault(columns.name(columns.called.get(name, name)), []).append(text)
    conditions = (
        f"coalesce({name}, '') NOT IN ({', '.join(columns.text(text) for text in texts)})"
        for name, texts in by_column.items()
    )
    return columns.where(" AND ".join(conditions))
