"""Texts of dates that programs and other parts of the world arrange otherwise, as they are read.

``2026年10月13日 午後9時05分``, ``2026. 10. 13. 오후 9:05``, ``20261013T210500Z``,
``13.10.2026 21.05``, and ``Tue Oct 13 21:05:00 UTC 2026`` of C and Java.
"""

from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.dates.half_days import HALVES, with_am_and_pm

_CLOCK = r"[0-9]{2}:[0-9]{2}:[0-9]{2}"
_OF_C = rf"^(\pL{{3}}) (\pL{{3}}) ([0-9]{{1,2}}) ({_CLOCK})((?: (?:[A-Z]{{2,5}}|[-+][0-9]{{4}}))?)"
_OFFSET = r"[0-9]:[0-9]{2}(?:[.,][0-9]+)?(?: ?[AaPp][Mm])? ?[-+][0-9]{2}:?[0-9]{2}"
"""With the end of the time before it: without one, ``-2026`` of ``13-10-2026 CET`` is a year."""
_NAME = r"(?:\[[^\[\]]*\]| \([^()]*\)| [A-Z]{2,5})"
_FORMS = (
    (r"^([0-9]{4}) ?[年년] ?([0-9]{1,2}) ?[月월] ?([0-9]{1,2}) ?[日일]", r"\1-\2-\3 "),
    (r"[(（][日月火水木金土一二三四五六월화수목금토일][)）]", " "),
    (r"([0-9]{1,2}) ?[時时시] ?([0-9]{1,2}) ?[分분] ?([0-9]{1,2}) ?[秒초]", r"\1:\2:\3"),
    (r"([0-9]{1,2}) ?[時时시] ?([0-9]{1,2}) ?[分분]", r"\1:\2"),
    (r"(午前|上午|오전|午後|下午|오후) ?0{1,2}([:.])", r"\1 12\2"),
    (r"(?:午前|上午|오전) ?([0-9:.]+)$", r" \1 AM"),
    (r"(?:午後|下午|오후) ?([0-9:.]+)$", r" \1 PM"),
    (rf"{_OF_C} ([0-9]{{4}})$", r"\1 \2 \3, \6 \4\5"),
    (r"^([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})", r"\1-\2-\3T\4:\5:\6"),
    (r" (?:(?:alle )?ore|a las|kl\.?|klo) ([0-9])", r" \1"),
    (r"([0-9]) ([0-9]{1,2})\.([0-9]{2})\.([0-9]{2})( ?[AP]M)?$", r"\1 \2:\3:\4\5"),
    (r"([0-9]) ([0-9]{1,2})\.([0-9]{2})( ?[AP]M)?$", r"\1 \2:\3\4"),
    (rf"({_OFFSET}){_NAME}$", r"\1"),
    (r" +", " "),
)
"""Each form, and as it is read. A weekday in brackets says nothing that the day does not; nor does
a zone that Java (``[Europe/Berlin]``), Go (``JST``) and browsers name behind its offset.
Japan counts the hours of each half of a day from 0: ``午後0:05`` is 12:05."""
_PLAIN = (
    r"^[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}"
    r"(?:[ T][0-9]{1,2}:[0-9:]{2,5}(?:\.[0-9]+)?(?: ?[AP]M|Z|[-+][0-9:]+)?)?$"
)
"""Most texts of most columns, which are in none of these forms."""
_ODD = (
    rf"\p{{Han}}|\p{{Hangul}}|{_CLOCK} .*[0-9]{{4}}$|^[0-9]{{8}}T[0-9]{{6}}"
    r"|[0-9] [0-9]{1,2}\.[0-9]{2}(?:\.[0-9]{2})?$| (?:ore|las|kl\.?|klo) [0-9]"
    rf"|{_OFFSET}{_NAME}$|{HALVES}"
)


def rearranged(texts: "pa.StringArray") -> "pa.StringArray":
    """Return ``texts``, plainly spaced, with those in another form as they are read."""
    if pc.all(pc.match_substring_regex(texts, _PLAIN)).as_py():
        return texts
    odd = pc.match_substring_regex(texts, _ODD)
    found = with_am_and_pm(texts.filter(odd))
    for form, usual in _FORMS:
        found = pc.replace_substring_regex(found, form, usual)
    found = pc.utf8_trim_whitespace(found)
    return cast("pa.StringArray", pc.replace_with_mask(texts, odd, found))
