"""Markers for "no value": what databases, spreadsheets and exports write where nothing is."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time
from typing import cast

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.cells import NOT_ASCII, Cells, Remark, is_days, matching, text_of
from connectors.mapping.ids import is_id
from connectors.mapping.notes import Note, note_of
from kpis.model import Column

_LOADING = (
    *("#getting_data", "#busy!", "#n/a loading", "#n/a loading...", "#n/a requesting data..."),
    *(
        f"{word}{dots}"
        for word in (
            *("loading", "wird geladen", "chargement", "chargement en cours", "cargando", "laden"),
            *("caricamento", "caricamento in corso", "carregando", "a carregar", "bezig met laden"),
            *("ładowanie", "wczytywanie"),
        )
        for dots in ("...", "…")
    ),
)
"""What a sheet shows of a formula whose data is not there yet."""
_UNFINISHED = (*_LOADING, "[object object]")
"""So does a script of an object: in an amount they hide one."""
_MARKERS = frozenset(
    (
        # Spreadsheet errors in English, German, French, Spanish, Italian, Portuguese, Dutch, Polish
        *("#n/a", "#na", "#n/a n/a", "#ref!", "#value!", "#div/0!", "#name?", "#null!", "#num!"),
        *("#error!", "#spill!", "#calc!", "#field!", "#connect!"),
        *("#blocked!", "#unknown!", "#nv", "#bezug!", "#wert!", "#zahl!", "#n/d", "#valeur!"),
        *("#nom?", "#nombre!", "#nul!", "#¡ref!", "#¡valor!", "#¡div/0!", "#¿nombre?", "#rif!"),
        *("#valore!", "#nome?", "#valor!", "#núm!", "#n/b", "#waarde!", "#verw!", "#deel/0!"),
        *("#naam?", "#getal!", "#arg!", "#adr!", "#liczba!"),
        # Databases and programs
        *("null", "<null>", "(null)", "[null]", "\\n", "none", "nil", "nan", "nat", "<na>"),
        *("undefined", "[]", "{}"),
        # The GUID of no row, as Dynamics and .NET write it
        *("00000000-0000-0000-0000-000000000000", "{00000000-0000-0000-0000-000000000000}"),
        # Reports, and tools that hand on what is not there yet or is no text
        *("n/a", "n.a.", "(not set)", "(none)", "(blank)", "(empty)", "(leer)", "-", "--", "---"),
        *("(vide)", "(vuoto)", "--select--", "-- select --", "–", "—", *_UNFINISHED),
    )
)
"""Compared without case. "NA" is none of them: it is Namibia, and North America."""
_ABBREVIATIONS = frozenset(
    (
        *("n.d.", "n. d.", "n/d", "n. a.", "s.d.", "s. d.", "s/d", "s/i", "k.a.", "k. a.", "k/a"),
        *("n.v.t.", "i.v.t.", "b.d.", "b. d.", "n/v"),
    )
)
"""Of "not available" in other languages: ``n.d.`` is "non disponibile", ``k. A.`` "keine Angabe".

No name of a person or a region is blank by them: S. D. may be a seller, and South Dakota.
"""
_IN_MARKS = re.compile(
    r"(-{1,3}|[<(\[{*]{1,3})\s?(?:none|null|nil|n/a|no (?:value|data|selection)|empty"
    r"|not (?:set|provided|assigned|specified|available)|please select(?: one)?|select one"
    r"|keine angabe|kein wert|bitte (?:aus)?wählen|ohne|aucune?|non renseigné"
    r"|ning[uú]no|sin (?:valor|datos)|nessuno|nenhum|geen)\s?(-{1,3}|[>)\]}*]{1,3})",
    re.IGNORECASE,
)
"""Lists to choose from: ``-None-`` (Zoho), ``--None--`` (Salesforce), ``(No value)`` (HubSpot).

No word that may be a name is one of them: ``[NA]``, ``*Vide*``, ``-Blank-``.
"""
_CLOSING = str.maketrans("<([{", ">)]}")
_ZERO_DATE = re.compile(
    r"(?:0000([-/.])00\1(?:00|01)|00([-/.])00\2(?:0000)"
    r"|1900([-/.])0?1\3(?:00|0)|00?([-/.])0?1\4(?:1900|00)|0?1/00?/(?:1900|00)"
    r"|0001([-/.])0?1\5(?:01|1)|0?1([-/.])0?1\6(?:0001|1))"
    r"(?:[ T](?:0?0:00(?::00(?:\.0+)?)?|12:00(?::00)?\W?AM))?(?:Z| ?\+00:?00)?"
)
"""MySQL's date that is none, a spreadsheet's of a 0 in a column of dates, and the first of .NET."""
_FIRST_DAY = date(1, 1, 1)
"""What .NET and Go write of a time that nobody set."""
_EMPTY_MASK = re.compile(r"[-/.:_\s]+")
"""A date that nobody filled in, of dBASE or a form: ``  /  /    ``, ``__.__.____``, ``..``."""
_LIKE_ZERO_DATE = re.sub(r"\\\d", "[-/.]", _ZERO_DATE.pattern)
"""The same with any two marks: Arrow has no pattern that looks back."""
_LIKE_MARKS = r"[-<(\[{*].*[->)\]}*]"
_TYPED = re.compile(r"-?(?:\d|inf)")
"""How the text of a number, a time or a day begins."""
_DIGITS_ALONE = re.compile(r"(?:%[YymdHMS])+")
_ZERO, _YMD = re.compile(r"0+(?:\.0+)?"), re.compile(r"[12]\d{7}(?:\.0+)?")


def without_blanks(
    cells: Cells, column: Column, own: list[str], is_named: bool, date_format: str | None = None
) -> Cells:
    """Return ``cells`` with those blank that hold a marker, and ``markers`` saying which.

    own: the texts that the settings name as blank; ``is_named`` if for this very column. What
    reads as a number is blank among amounts only where the settings name their column. A zero is
    blank among dates written as 20261001, by ``date_format`` or in every other cell: SAP's none.
    """
    given = {text.strip().casefold() for text in own}
    if column.kind in ("money", "number", "goal") and not is_named:
        given = {text for text in given if not re.fullmatch(r"[-+]?[0-9.,]+", text)}
    blank = np.zeros(len(cells.values), dtype=bool)
    for at in _like_blanks(cells, given):
        blank[at] = _is_blank(cells.values[at], given, column)
    if column.kind in ("time", "day"):
        blank[list(_zero_dates(cells, date_format))] = True
        blank[_first_days(cells)] = True
    if not blank.any():
        return cells
    held = (cells.codes >= 0) & np.append(blank, False)[cells.codes]
    return replace(
        cells,
        codes=np.where(held, -1, cells.codes),
        markers=np.where(held, cells.codes, -1),
    )


def _like_blanks(cells: Cells, given: set[str]) -> set[int]:
    """The positions of values that may be none."""
    if cells.values.dtype != object:
        return set(range(len(cells.values)) if any(map(_TYPED.match, given)) else ())
    words = pa.array(sorted(_MARKERS | _ABBREVIATIONS | given), pa.string())
    is_like = pc.is_in(pc.ascii_lower(cells.texts), words)
    if given:
        is_like = pc.or_(is_like, cells.texts.is_null())
    at = set(np.flatnonzero(is_like).tolist())
    return at.union(
        matching(
            cells.texts, rf"{NOT_ASCII}|^(?:{_LIKE_ZERO_DATE}|{_EMPTY_MASK.pattern}|{_LIKE_MARKS})$"
        )
    )


def _zero_dates(cells: Cells, date_format: str | None) -> set[int]:
    """Where a column of dates of digits alone holds a zero, which is no month and no day."""
    if date_format is not None and not _DIGITS_ALONE.fullmatch(date_format):
        return set()
    if cells.values.dtype.kind == "M" or len(cells.values) == 0:
        return set()
    zeros: set[int] = set()
    for at, value in enumerate(cells.values):
        text = value if isinstance(value, str) else text_of(value)
        if _ZERO.fullmatch(text):
            zeros.add(at)
        elif date_format is None and not _YMD.fullmatch(text):
            return set()
    return zeros if date_format is not None or len(zeros) < len(cells.values) else set()


def _first_days(cells: Cells) -> list[int]:
    """Where typed days and times are the first day of the calendar, which .NET writes for none."""
    values = cells.values
    if isinstance(values, pd.DatetimeIndex):
        is_first = (values.year == 1) & (values.day_of_year == 1)
        return np.flatnonzero(is_first).tolist()
    if is_days(values):
        return np.flatnonzero(pc.equal(pa.array(values.array), pa.scalar(_FIRST_DAY))).tolist()
    typed: list[int] = np.flatnonzero(cells.texts.is_null()).tolist()
    held = ((at, values[at]) for at in typed)
    return [at for at, day in held if isinstance(day, date) and day.timetuple()[:3] == (1, 1, 1)]


def _is_blank(value: object, given: set[str], column: Column) -> bool:
    """Whether a value is no value. An error or a formula in an amount or a date hides one."""
    if not isinstance(value, str):
        is_day = isinstance(value, datetime) and value.time() == time()
        day = cast(datetime, value).date() if is_day else value
        return bool(given) and not given.isdisjoint({text_of(v).casefold() for v in (value, day)})
    text = value.casefold()
    if text in given:
        return True
    if column.kind != "text" and text.startswith(("#", *_UNFINISHED)):
        return False
    if text in _ABBREVIATIONS:
        return column.kind != "text" or is_id(column.name)
    patterns = (_ZERO_DATE, _EMPTY_MASK) if column.kind in ("time", "day") else ()
    return text in _MARKERS or _is_in_marks(value) or any(p.fullmatch(value) for p in patterns)


def _is_in_marks(text: str) -> bool:
    """Whether words for none are between two marks of a pair: ``-none)`` is a text like others."""
    marks = _IN_MARKS.fullmatch(text)
    return marks is not None and marks[1].translate(_CLOSING)[::-1] == marks[2]


def _blanks_remarks(cells: Cells) -> tuple[Remark, Remark]:
    """What to say of cells that hold a marker, and of those whose value is still to come."""
    positions = [int(p) for p in np.unique(cells.markers) if p >= 0]
    loading = [p for p in positions if str(cells.values[p]).casefold() in _LOADING]
    none = tuple(p for p in positions if p not in loading)
    what = "were still loading when the sheet was saved, and read as no value"
    remedy = "Open the sheet, wait until it has loaded, and download it again."
    return Remark(none, "were read as no value"), Remark(tuple(loading), what, remedy, True)


def column_notes(table: str, column: str, cells: Cells, remarks: Iterable[Remark]) -> list[Note]:
    """Return the remarks on a column as notes on its rows, with one on its markers."""
    filled = replace(cells, markers=np.empty(0, np.intp))
    notes = [note_of(table, column, filled, remark) for remark in remarks]
    if len(cells.markers):
        notes += [note_of(table, column, cells, one) for one in _blanks_remarks(cells)]
    return [note for note in notes if note.rows]
