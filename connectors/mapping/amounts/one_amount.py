"""How one text reads as an amount: its digits, sign and currency, or why it is none."""

import re
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Literal

from connectors.mapping.amounts.currencies import currencies_of
from connectors.mapping.amounts.hundredths import hundredths_of, hundredths_problem
from connectors.mapping.invisible_characters import without_unseen

Mark = Literal[".", ","]
_OTHER: dict[str, Mark] = {".": ",", ",": "."}


@dataclass(frozen=True)
class Reading:
    """The digits of one text, whole and fraction, and what the text shows of decimal marks.

    decimal: the mark that this text shows to be the decimal one, if it shows it.
    open: the mark that may be either, when ``whole`` and ``fraction`` are at its sides.
    exponent: as in ``E+3``. mark: the currency sign or code, as written.
    """

    whole: str
    fraction: str = ""
    decimal: Mark | None = None
    open: Mark | None = None
    exponent: str = ""
    negative: bool = False
    mark: str = ""

    def value(self, decimal: Mark | None) -> float:
        """Return the amount, where ``decimal`` says what the open mark is."""
        is_whole = self.open is not None and self.open != decimal
        size = float(f"{self.whole}{'' if is_whole else '.'}{self.fraction}{self.exponent}")
        return -size if self.negative else size


_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_AS_USUAL: dict[int, int | str] = {**_FULL_WIDTH, 0xFFE1: "£", 0xFFE5: "¥", 0xFFE6: "₩"}
"""Letters in full width become usual ones."""
_GUARDED = re.compile(r"""="(.*)"|=([-+]?[0-9.,]+)|'(.*)""")
"""Cells that are kept from being understood as numbers: ``="1000"``, ``'1000``."""

_ONLY = re.compile(r"(?<=[0-9.])(?: ?/ ?[-–—=]{1,2}|:[-–—])(?=$|[ )])")
"""What closes an amount in India (``75,000/-``), East Africa (``75,000/=``) and Sweden (``750:-``):
nothing more."""

_EXPONENT = re.compile(r"([-+−]?)([0-9]+)(?:([.,])([0-9]+))?([eE][-+]?[0-9]{1,3})")
_TOKEN = re.compile(
    r"""(?P<n>(?:[.,](?=[0-9]))?[0-9]+(?:[.,'’ \u00a0\u2007\u2009\u202f][0-9]+)*
            (?:[.,][ \u00a0]?(?:[-−]{1,2}|[–—]))?)
      | (?P<c>[^\W\d_]*[^\w\s.,:;'’"()\[\]%+\u2010-\u2015−-]|[^\W\d_]+\.?):?
      | (?P<minus>[-\u2010\u2011−]) | (?P<space>\s+) | (?P<other>.)""",
    re.VERBOSE,
)
_SHOWN_AS = {"n": "n", "c": "c", "minus": "-", "space": " "}
_BRACKETED_MARK = re.compile(r"\( ?c ?\)|\[ ?c ?\]")
# One sign at most: before the number, directly after it, or directly after what follows it. An en
# dash is a minus only in front: "500–" may be a price without cents, or the start of a range.
_SIGNED = re.compile(r"([-+–])? ?(?:c ?)*([-+–])? ?n(-(?= |$))?(?: ?c)*(-)?")
_IN_PARENTHESES = re.compile(r"(?:c ?)*\( ?(?:c ?)*n(?: ?c)* ?\)(?: ?c)*")

_NOTHING = re.compile("c ?[-–—]|[-–—] ?c")
"""Zero as spreadsheets show it in accounts: ``$ -``."""

_SHORTENED = re.compile(
    r"""k|t|g|tsd|tys|thsd|hundred|thousands?|tausend|mille|milliers|тыс|千|万
      | m|mm|mn|mi|mil|mill|mio|millions?|millionen|millones|milhões|млн
      | b|bn|md|mrd|mld|mlrd|bi|bio|bil|bill|billions?|milliarden|млрд|億|亿|tn|trn|trillions?
      | l|lac|lakhs?|crores?""",
    re.VERBOSE,
)


def reading_of(text: str, noun: str) -> Reading | str:
    """Return how ``text`` reads, or why it is not ``noun`` ("an amount", "a number")."""
    text = _unwrapped(text)
    if "%" in text or "‰" in text or "٪" in text:
        return f"is a percentage, not {noun}: write {noun} into a cell of plain numbers"
    if ("e" in text or "E" in text) and (match := _EXPONENT.fullmatch(text)):
        sign, whole, mark, fraction, exponent = match.groups(default="")
        shown: Mark | None = _OTHER[_OTHER[mark]] if mark else None
        return Reading(whole, fraction, shown, exponent=exponent, negative=sign in ("-", "−"))
    shape, numbers, marks = _shape(text)
    if not numbers and len(marks) == 1 and currencies_of(marks[0]) and _NOTHING.fullmatch(shape):
        return Reading("0", mark=marks[0])
    if len(numbers) > 1:
        problem = f"is not {noun} that is understood: it holds more than one number"
        return _with_other_mark(text, problem)
    if not text.isascii() and any(c.isdecimal() and not c.isascii() for c in text):
        return "is written in digits other than 0 to 9"
    if unknown := [mark for mark in marks if not currencies_of(mark)]:
        return _not_a_currency(unknown[0], noun) if numbers else f"is not {noun} that is understood"
    if len(marks) > 1 and not frozenset.intersection(*map(currencies_of, marks)):
        return f"names two currencies, {marks[0]} and {marks[-1]}"
    is_negative = _is_negative(shape)
    if is_negative is None:
        if _IN_PARENTHESES.fullmatch(re.sub("[-–] ?", "", shape)):
            return "is negative twice, by a minus and by parentheses: write one of them"
        if numbers and shape.endswith(("–", "—")):
            return "ends in a dash, which may be a minus or begin a range: write the minus in front"
        return f"is not {noun} that is understood"
    mark = min(marks, key=lambda mark: len(currencies_of(mark)), default="")
    reading = _digits(numbers[0], partial(Reading, negative=is_negative, mark=mark))
    problem = "has its thousands grouped in a way that is not understood"
    return reading or _with_other_mark(text, problem)


_OTHER_MARK = re.compile(
    r"\D*[0-9][0-9.,'’ \u00a0\u202f]*?(?P<mark> ?[^\d\s.,/–-]{1,3} ?)[0-9]{2}\D*"
)


def _with_other_mark(text: str, problem: str) -> str:
    """Why a number is not understood, with a mend: ``9 500:50`` may have another decimal mark."""
    match = _OTHER_MARK.fullmatch(text)
    if not match or not (currencies_of(match["mark"]) or re.fullmatch(r"[^\w\s]", match["mark"])):
        return f"{problem}; write one number plainly, as 1234.50"
    mark, decimal = match["mark"], "." if "," in text else ","
    quoted = mark.replace("'", "''")
    return (
        f"{problem}; write one number plainly, as 1234.50. If '{mark}' is its decimal mark, let a "
        f"query write another: SELECT * REPLACE (REPLACE(…, '{quoted}', '{decimal}') AS …)"
    )


def _unwrapped(text: str) -> str:
    text = text if text.isascii() else without_unseen(text).translate(_AS_USUAL)
    guarded = _GUARDED.fullmatch(text)
    text = (guarded[guarded.lastindex or 0] if guarded else text).strip()
    return _ONLY.sub("", text) if "/" in text or ":" in text else text


def _shape(text: str) -> tuple[str, list[str], list[str]]:
    """Return the order of the parts, as "-c n" of "-$ 5", the numbers, and the currency marks."""
    shape, numbers, marks = [], [], []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind == "n":
            numbers.append(match["n"])
        elif kind == "c":
            marks.append(match["c"])
        shape.append(_SHOWN_AS.get(kind, match[0]))
    return _BRACKETED_MARK.sub("c", "".join(shape)), numbers, marks


@lru_cache(maxsize=256)
def _is_negative(shape: str) -> bool | None:
    """Return whether an amount of this shape is negative; None where it is no shape of one."""
    if _IN_PARENTHESES.fullmatch(shape):
        return True
    match = _SIGNED.fullmatch(shape)
    signs = [sign for sign in match.groups() if sign] if match else [None, None]
    return None if len(signs) > 1 else bool(signs) and signs[0] != "+"


def _not_a_currency(mark: str, noun: str) -> str:
    if hundredths_of(mark):
        return hundredths_problem(mark)
    word = re.sub(r"[\W\d_]", "", mark).casefold()
    # Credit and debit; in German ledgers they are Haben and Soll.
    if word in ("cr", "dr") or mark.rstrip(".") in ("S", "H"):
        return (
            f"says '{mark}': some exports add credits, others debits, and in India it may be a "
            "crore. Have the export write amounts with a sign and in full"
        )
    if _SHORTENED.fullmatch(word.rstrip("円元원")):
        return (
            f"is shortened ('{mark}'), so its digits may be rounded. Write the number out, or "
            "export numbers alone and set scale"
        )
    if mark in ("△", "▲", "▵", "▼", "▽"):
        return (
            f"has a '{mark}', which is a minus in Japan and a rise or fall elsewhere: write the "
            f"minus, or let a query do so: SELECT * REPLACE (REPLACE(…, '{mark}', '-') AS …)"
        )
    alone = "write the number alone, or with the code of its currency"
    return f"is not {noun} that is understood: '{mark}' is no currency; {alone}"


_GROUPED = {
    "'": re.compile(r"[0-9]{1,3}(?:'[0-9]{3})+"),
    ".": re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+"),
    # Thousands, or lakh and crore: 12,34,567.
    ",": re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}"),
}


def _digits(number: str, reading: "partial[Reading]") -> Reading | None:
    """Return ``reading`` with the digits of ``number``, None where these are grouped otherwise.

    A mark before a dash ("1.234,-") is the decimal one, as in "1.234,00".
    """
    number = re.sub(r"[\s’]", "'", number.rstrip("-−–— \u00a0"))
    marks = [character for character in number if character in ".,"]
    if not marks:
        whole = _ungrouped(number, "'")
        return None if whole is None else reading(whole)
    last = marks[-1]
    other = _OTHER[last]
    if len(marks) > 1 and set(marks) == {last}:
        whole = _ungrouped(number, last)
        return None if whole is None else reading(whole, decimal=other)
    before, _, fraction = number.rpartition(last)
    whole = _ungrouped(before, other if other in before else "'")
    if whole is None or not (fraction.isdigit() or not fraction):
        return None
    mark: Mark = _OTHER[other]
    # "0.912" shows its decimal mark; "012.345" may be a number that is filled up with zeros.
    if len(fraction) == 3 and re.fullmatch("[1-9][0-9]{0,2}|0[0-9]{1,2}", before):
        return reading(whole, fraction, open=mark)
    return reading(whole, fraction, decimal=mark)


def _ungrouped(whole: str, separator: str) -> str | None:
    """Return the digits of ``whole``, or None where ``separator`` stands in wrong places."""
    if separator not in whole:
        return whole if whole.isdigit() or not whole else None
    return whole.replace(separator, "") if _GROUPED[separator].fullmatch(whole) else None
