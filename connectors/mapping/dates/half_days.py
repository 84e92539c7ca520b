"""Words for the two halves of a day beside a time: ``11:30 μ.μ.``, ``du. 9:05``, ``9:05 fm``.

They are those of Unicode's CLDR for languages that use them, and older ones of Windows. Left out is
what may mean something else there, such as CH (Vietnam's afternoon).
"""

import re
from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

_BEFORE_NOON = (
    *("am", "πμ", "dop", "dopoldne", "prijepodne", "de", "fm", "ap", "öö", "дп", "vm", "fh"),
    *("pd", "paradite", "претпл", "пр.об", "пре подне", "priešpiet", "priekšp", "priekšpusdienā"),
    *("vorm", "ص", "صباحا", "صباحًا", "قظ", "ก่อนเที่ยง", "לפנה״צ", 'לפנה"צ'),
)
_AFTER_NOON = (
    *("pm", "μμ", "odp", "pop", "popoldne", "popodne", "du", "em", "ip", "ös", "пп", "nm", "eh"),
    *("md", "pasdite", "попл", "сл.об", "по подне", "popiet", "pēcp", "pēcpusdienā"),
    *("nachm", "م", "مساء", "مساءً", "بظ", "หลังเที่ยง", "אחה״צ", 'אחה"צ'),
)
_IN_FRONT = {"AM": ("de", "öö", "πμ"), "PM": ("du", "ös", "μμ")}
"""What may stand before the time; ``Sa 9:05`` is a Saturday."""
_SHORT, _LONGEST = 3, 20


def _any_of(words: tuple[str, ...]) -> str:
    """A pattern of RE2 of any of the words, short ones with or without dots and spaces."""
    forms = (
        r"\.? ?".join(word) if len(word) <= _SHORT else re.escape(word).replace('"', '["”]')
        for word in sorted(words, key=len, reverse=True)
    )
    return f"(?:{'|'.join(forms)})".replace("μ", "[μµ]")


_CLOCK = r"[0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2}(?:[.,][0-9]+)?)?"
_FORMS = tuple(
    (form, usual)
    for half, words in (("AM", _BEFORE_NOON), ("PM", _AFTER_NOON))
    for form, usual in (
        (rf"(?i)({_CLOCK} ?){_any_of(words)}\.?( .*)?$", rf"\1{half}\2"),
        (rf"(?i) {_any_of(_IN_FRONT[half])}\.? ?({_CLOCK})$", rf" \1 {half}"),
    )
)
_CJK = {"AM": "(?:午前|上午|오전)", "PM": "(?:午後|下午|오후)"}
_KEPT = tuple(
    (rf"(?i)(^|[ 日일]){words} ?({_CLOCK})", rf"\1{half} \2")
    for half in ("AM", "PM")
    for words in (_any_of(_IN_FRONT[half]) + r"\.?", _CJK[half])
)
HALVES = "|".join(form for form, _ in _FORMS)
"""A pattern of RE2 of texts that have such a word."""
_OTHER_WORD = re.compile(r"\d.*\D(?:0?\d|1[0-2])[:.]\d\d(?:[:.]\d\d)? ?(?P<word>[^\W\d_][^\d]*)$")


def with_am_and_pm(texts: "pa.StringArray") -> "pa.StringArray":
    """Return ``texts``, plainly spaced, with such words as AM or PM behind the time."""
    for form, usual in _FORMS:
        texts = cast("pa.StringArray", pc.replace_substring_regex(texts, form, usual))
    return texts


def in_english(texts: "pa.StringArray") -> "pa.StringArray":
    """Return ``texts`` with such words as AM or PM where they are, as a date_format has its %p."""
    for form, usual in (*_KEPT, *_FORMS):
        texts = cast("pa.StringArray", pc.replace_substring_regex(texts, form, usual))
    return texts


def other_half(text: str) -> str | None:
    """Why a time with an unknown word behind it is refused, and how a query mends it."""
    match = _OTHER_WORD.search(text)
    if not match or len(match["word"]) > _LONGEST or re.match("[AP]M|Uhr", match["word"]):
        return None
    word = match["word"].strip()
    return (
        f"has '{word}' after its time, which is not read; if it means am or pm, let a query write "
        f"that: SELECT * REPLACE (REPLACE(…, '{word}', 'PM') AS …), and AM for the other word"
    )
