"""What makes two writings of a name one: a person reads them as the same, a program does not."""

import re
from typing import cast

import ibis
import ibis.expr.types as ir

_SALESFORCE = r"^(00[0-9A-Za-z]|70[0-9A-Za-z]|80[0-9A-Za-z]|a[0-9A-Za-z]{2})[0-9A-Za-z]{12}"
_UUID = r"^(?:urn:uuid:)?\{?([0-9a-f]{8})" + r"-?([0-9a-f]{4})" * 3 + r"-?([0-9a-f]{12})\}?$"
_LETTER = r"a-z\x{80}-\x{10ffff}"
"""Of a name in small letters. All letters of Unicode take an engine longer than the names do."""
_DOMAIN = rf"^(?:https?://)?(?:www\.)?((?:[{_LETTER}0-9-]+\.)+[{_LETTER}]{{2,}})/*$"
LOOK_ALIKE = (
    "".join(chr(code) for code in (*range(0xFF10, 0xFF1A), *range(0xFF41, 0xFF5B)))
    + "\u0430\u0432\u0441\u0435\u043d\u043a\u043c\u043e\u0440\u0442\u0445\u0443\u0456\u0455\u0458"
    + "\u03b1\u03b2\u03b5\u03b6\u03b7\u03b9\u03ba\u03bc\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7"
)
"""Digits and letters of full width, Cyrillic and Greek letters whose capitals look Latin."""
_LATIN = "0123456789abcdefghijklmnopqrstuvwxyz" + "abcehkmoptxyisj" + "abezhikmnoptyx"
_SIGNS = {
    "\u2019\u2018\u201b\u00b4`": "'",
    "\u201c\u201d\u201e": '"',
    "\u2010\u2011\u2012\u2013\u2014\u2212": "-",
}
"""Quotes and dashes as word processors write them, and as keyboards do."""
_WRITTEN_OUT = {"ß": "ss", "ä": "ae", "ö": "oe", "ü": "ue"}
_CODES = {
    "nbsp|#160": " ",
    "lt|#60": "<",
    "gt|#62": ">",
    "quot|#34": '"',
    "apos|#0?39|#x27": "'",
    "amp|#38": "&",
}
"""What pages write for a sign; the last may have been part of another."""


def _decoded(text: ir.Value) -> ir.Value:
    """The text that a percent-encoded one stands for: the engine's own function."""


def _if_it_can(text: ir.Value) -> ir.Value:
    """A value, null where the engine cannot compute it: its own function."""


_url_decode = ibis.udf.scalar.builtin(
    _decoded, name="url_decode", signature=(("string",), "string")
)
_try = ibis.udf.scalar.builtin(_if_it_can, name="try", signature=(("string",), "string"))


_NUMBER = r"[\[(]\s*(?:[iI][dD]|[nN][ro])?[\s.:#]*([0-9]{4,})\s*[\])]"
_NUMBERED = rf"^\s*{_NUMBER}\s*\S|\S\s*{_NUMBER}\s*$"
_WRAPPED = (
    r"""^(?:b(?:'([^']+)'|"([^"]+)")|objectid\(['"]?([0-9a-f]{24})['"]?\)"""
    r"""|\{"\$oid":-?"([0-9a-f]{24})"\}|urn:li:[a-z]+:([0-9]+)|customers/[0-9]+/[a-z]+/([0-9]+)"""
    r"""|(?:c|l|ag|as|f):([0-9]{9,}))$"""
)
"""An id as programs show it: bytes of Python, a key of MongoDB, names of LinkedIn and Google.

Meta's lead ads write ``c:`` before the number of a campaign, ``l:`` before that of a lead.
"""
_ADDRESSED = (
    r"(?i)^(?:mailto:\s*([^\s<>?]+@[^\s<>?]+)|[^<>]*<\s*(?:mailto:)?([^<>\s@]+@[^<>\s@]+)\s*>"
    r"|https?://[^/]+/(?:[^?#]*/)?([^/?#]*[0-9][^/?#]*)(?:/view|/edit)?/?(?:[?#].*)?)$"
)
"""A mail's address behind a name, and a page of a record, whose address ends in its id.

An id has a digit; what ends in a word may be the site of a customer: ``https://acme.com/de``.
"""
_GROUP = r"[,.'\x{2019}]([0-9]{3})"
_GROUPED = rf"^([0-9]{{1,3}}){_GROUP}(?:{_GROUP})?(?:{_GROUP})?$"
"""A number as a CRM shows it; of an id written so the digits count."""
_CONTROL = "_x00[01][0-9A-Fa-f]_"
"""What workbooks write for a character without a sign, such as the end of a line."""
_CLICK = (
    r"(?i)(?:[?&#]|%3f|%26|%23)(?:(?:fb|g|d|tt|tw|y)clid|msclkid|[gw]braid|li_fat_id|"
    r"mc_[ce]id|igshid|utm_[a-z]+)(?:=|%3d).*$"
)
"""What advertisers and mail programs add to the address of a page, and so to its last word."""
_PLAIN = "^[1-9][0-9]*$"
"""A number of which there is one writing only, as most programs count their records."""
_PICTURE = r"\x{2190}-\x{2bff}\x{fe0e}\x{fe0f}\x{1f000}-\x{1faff}"
"""Arrows, signs and emoji."""
_PICTURES = rf"^[{_PICTURE}\s]+([{_LETTER}A-Z0-9])|([{_LETTER}A-Z0-9])[{_PICTURE}\s]+$"
_PLUS = rf"([{_LETTER}A-Z0-9])\+([{_LETTER}A-Z0-9])"
_AND = (
    r"-(?:&|\+|(?i:and|und|et))-|\+&\+",
    rf"([{_LETTER}A-Z]{{2}})-[ye]-([{_LETTER}A-Z]{{2}})",
)
"""What stands for "&" between words; ``y`` and ``e`` may also be the letter of a group."""
_YEAR = r"^(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])?(?:[0-3][0-9])?$"


def normal(name: ir.StringValue) -> ir.StringValue:
    """An id without what makes two writings of it differ.

    Blanks, invisible characters, case, leading zeros and a ``.0`` that a spreadsheet or pandas
    left behind: ``" 007"``, ``"7.0"`` and ``"7"`` are one. So are letters that look alike, signs
    and what pages write for them (see :func:`_as_it_looks`), a web domain and its address:
    ``acme.com`` and ``https://www.acme.com/``, and a UUID with and without hyphens and braces. The
    case of an id of Salesforce matters, and its 15 characters are the first of 18. What programs
    put around an id is not part of it: ``b'L1'`` is ``L1``, and so is ``L1_x000D_``;
    ``urn:li:sponsoredCampaign:301`` is ``301``, and ``c:120214501`` is ``120214501``. So are the
    digits of ``1,001`` one number, ``Anna <a@b.de>`` and ``mailto:a@b.de`` its address, and
    ``https://crm.example/contact/L1`` the id at its end.
    """
    bare = name.re_replace(_ADDRESSED, r"\1\2\3").re_replace(_GROUPED, r"\1\2\3\4")
    is_wrapped = name.re_search(r"[<:,.'\x{2019}]")  # few are, and the others need no more time
    bare = cast(ir.StringValue, is_wrapped.ifelse(bare, name))
    is_plain = name.re_search(_PLAIN)  # which the engine finds out before it does all this
    return cast(ir.StringValue, is_plain.ifelse(name, _normal(bare, _as_it_looks(bare))))


def alike_ids(table: ir.Table, key: str) -> ir.Table:
    """Each ``id`` that a column of a table has, and ``alike``, equal for writings of one id."""
    return table.select(id=key, alike=normal(cast(ir.StringValue, table[key])))


def normal_campaign(name: ir.StringValue) -> ir.StringValue:
    """As :func:`normal`, and blanks, underscores and hyphens between words are one and the same.

    So is what addresses of pages make of a blank, ``%20`` or ``+`` between letters or digits.
    ``C++`` stays apart from ``C``. A click's id behind a name is no part of it: ``?fbclid=…``; nor
    is a picture before or behind it, as in ``🌷 Spring Sale``. "&" between words is "and".
    """
    name = cast(ir.StringValue, name.re_replace(_CLICK, ""))
    decoded = _try(_url_decode(name)).fill_null(name)
    looks = _as_it_looks(cast(ir.StringValue, decoded))
    for _ in range(2):  # the matches of one pass share no letter: "a+b+c" needs two
        looks = looks.re_replace(_PLUS, r"\1 \2")
    looks = looks.re_replace(_PICTURES, r"\1\2")
    looks = looks.re_replace(r"[\p{Cf}]", "").re_replace(r"^[\s\p{Z}_-]+|[\s\p{Z}_-]+$", "")
    looks = looks.re_replace(r"[\s\p{Z}_-]+", "-")
    looks = looks.re_replace(_AND[0], "-&-").re_replace(_AND[1], r"\1-&-\2")
    return _normal(name, looks)


def number_in_brackets(name: ir.StringValue) -> ir.StringValue:
    """The number that stands in brackets at an end of a name: 120214 of ``Spring Sale [120214]``.

    Null where there is none. It has four digits or more, and is no year, month or day: of
    ``Fair (2026)`` and ``Fair (20260301)`` it is a part.
    """
    found = name.re_extract(_NUMBERED, 1).nullif("").coalesce(name.re_extract(_NUMBERED, 2))
    return cast(
        ir.StringValue, found.re_search(_YEAR).ifelse(ibis.null("string"), found.nullif(""))
    )


def without_number(name: ir.StringValue) -> ir.StringValue:
    """A name without its :func:`number_in_brackets`."""
    bare = name.re_replace(rf"^\s*{_NUMBER}\s*(\S)", r"\2")
    bare = bare.re_replace(rf"(\S)\s*{_NUMBER}\s*$", r"\1")
    return cast(ir.StringValue, number_in_brackets(name).isnull().ifelse(name, bare))


def _normal(name: ir.StringValue, looks: ir.StringValue) -> ir.StringValue:
    """What :func:`normal` makes of a name; ``looks``, a long expression, is written once."""
    visible = looks.re_replace(r"[\s\p{Z}\p{Cf}]", "").lower()
    whole = visible.re_replace(_WRAPPED, r"\1\2\3\4\5\6\7").re_replace(_UUID, r"\1\2\3\4\5")
    plain = whole.re_replace(r"^0*([0-9]+)(\.0+)?$", r"\1").re_replace(_DOMAIN, r"\1")
    is_salesforce = name.re_search(_SALESFORCE + "([A-Z0-5]{3})?$") & name.re_search("[A-Za-z]")
    return cast(ir.StringValue, is_salesforce.ifelse(name.substr(0, 15), plain))


def _as_it_looks(name: ir.StringValue) -> ir.StringValue:
    """A name with the sign for ``&amp;`` and its kin, and Latin letters for others that look so.

    Dashes and quotes are those of a keyboard, ``ß`` is ``ss``, ``ö`` is ``oe`` and so on.
    Case is of no account afterwards, so a small letter is taken for what its capital looks like:
    Cyrillic ``в`` is a ``b``. Few names need it, and it takes long: the others are as they are.
    """
    fancy, usual = "".join(_SIGNS), "".join(sign * len(of) for of, sign in _SIGNS.items())
    looks = name.lower().translate(LOOK_ALIKE + fancy, _LATIN + usual)
    for letter, written_out in _WRITTEN_OUT.items():
        looks = looks.replace(letter, written_out)
    for code, sign in _CODES.items():
        looks = looks.re_replace(f"&({code});", sign)
    looks = looks.re_replace(_CONTROL, "")
    is_other = name.re_search(rf"[^ -~]|&[#0-9a-z]+;|{_CONTROL}")
    return cast(ir.StringValue, is_other.ifelse(looks, name))


def visible(text: str) -> str:
    r"""The text with characters that nobody sees as escapes, such as ``\u200b``.

    So are letters of another alphabet within a Latin word, which they seem to belong to.
    """
    text = re.sub(r"\w+", lambda word: _with_strangers_escaped(word[0]), text)
    return "".join(c if c.isprintable() else _escaped(c) for c in text)


def _with_strangers_escaped(word: str) -> str:
    if not re.search("[A-Za-z]", word):
        return word
    return "".join(_escaped(c) if c.lower() in LOOK_ALIKE else c for c in word)


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()
