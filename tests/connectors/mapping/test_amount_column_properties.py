"""Claims about amounts in any style: read as written, or refused, never as another number.

The writer knows nothing of the reader: Babel writes the digits as a country does, the rest is put
around them.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

import pandas as pd
from babel.numbers import format_decimal, get_decimal_symbol, get_group_symbol
from hypothesis import example, given, settings
from hypothesis import strategies as st

from connectors.mapping.amounts.amount_column import amounts
from connectors.mapping.amounts.currencies import currency_of
from kpis.definitions import Company
from kpis.errors import MappingError

LOCALES = [
    *("en_US", "en_GB", "en_IN", "hi_IN", "de_DE", "de_AT", "fr_FR", "it_IT"),
    *("es_ES", "es_MX", "pt_BR", "pt_PT", "nl_NL", "sv_SE", "nb_NO", "da_DK", "fi_FI"),
    *("pl_PL", "cs_CZ", "hu_HU", "ru_RU", "tr_TR", "ja_JP", "zh_CN", "ko_KR", "el_GR", "id_ID"),
]
"""Without Switzerland: Babel writes 1000000'000.00 there. Its style is one of the groupings."""
MARKS = {
    **{code: code for code in ("EUR", "USD", "GBP", "CHF", "SEK", "JPY", "INR", "BRL")},
    **{"€": "EUR", "$": "USD", "US$": "USD", "£": "GBP", "¥": "JPY", "R$": "BRL", "₹": "INR"},
    **{"kr": "SEK", "zł": "PLN", "C$": "CAD", "(EUR)": "EUR", "[USD]": "USD", "(€)": "EUR"},
    **{"$ ": "ARS", "USD$": "USD", "EUR:": "EUR", "usd": "USD"},
}
"""What is written beside an amount, and the currency that it means to a company that has it."""
SPACES = ("", " ", "\u00a0", "\u202f")


@dataclass(frozen=True)
class Style:
    """How the amounts of one column are written.

    digits: after the decimal mark; "0.##" leaves zeros out. grouping: between thousands, by
    default as the country does. sign: of a negative amount. outside: it is around the mark, too.
    """

    locale: str
    digits: str = "0.00"
    grouping: str | None = None
    is_grouped: bool = True
    sign: str = "-x"
    outside: bool = True
    mark: str = ""
    is_mark_first: bool = False
    space: str = " "
    guard: str = "x"

    @property
    def decimal(self):
        return get_decimal_symbol(self.locale)

    def number(self, size):
        groups = "#,##,##" if self.locale.endswith("IN") else "#,##"
        pattern = groups + ("0" if self.digits == "0,-" else self.digits)
        text = format_decimal(size, pattern, self.locale, group_separator=self.is_grouped)
        if self.grouping is not None and self.decimal != self.grouping:
            country, own = get_group_symbol(self.locale), self.grouping
            text = text.replace(country, own)
        return text + (self.decimal + "-" if self.digits == "0,-" else "")

    def text(self, amount):
        text, sign = self.number(abs(amount)), self.sign if amount < 0 else "x"
        text = text if self.outside else sign.replace("x", text)
        if self.mark:
            parts = (self.mark, text) if self.is_mark_first else (text, self.mark)
            text = self.space.join(part.strip() for part in parts)
        return self.guard.replace("x", sign.replace("x", text) if self.outside else text)

    @property
    def is_claimed(self):
        """Whether the guide says that amounts in this style are read."""
        is_split = not self.outside and self.sign in ("x-", "x−") and not self.is_mark_first
        return not (
            self.sign == "-(x)"
            or (is_split and self.mark and not self.space)  # 5-€
            or (self.sign in ("x-", "x−") and self.outside and self.mark[-1:] in (")", "]", ":"))
            or (self.mark == "EUR:" and not self.is_mark_first)
            or (self.locale.endswith("IN") and self.grouping)  # 1 00 000
        )


STYLES = st.builds(
    Style,
    locale=st.sampled_from(LOCALES),
    digits=st.sampled_from(["0.00", "0.00", "0", "0.##", "0,-", "0.000"]),
    grouping=st.sampled_from([None, None, None, " ", "\u2009", "'", "’"]),
    is_grouped=st.booleans(),
    sign=st.sampled_from(["-x", "−x", "–x", "- x", "(x)", "( x )", "x-", "x−", "-(x)"]),
    outside=st.booleans(),
    mark=st.sampled_from(["", "", *MARKS]),
    is_mark_first=st.booleans(),
    space=st.sampled_from(SPACES),
    guard=st.sampled_from(["x", "x", "x", '="x"', "'x", "\u200ex\u200f"]),
)
SIZES = st.integers(0, 99) | st.integers(0, 10**6) | st.integers(0, 10**13)


@st.composite
def columns(draw):
    """A style, and amounts that it can write."""
    style = draw(STYLES)
    if style.digits == "0,-" and style.sign in ("x-", "x−"):
        style = replace(style, sign="-x")  # 950,-- is a price without cents, and no negative one
    places = {"0.00": 2, "0.##": 2, "0.000": 3}.get(style.digits, 0)
    sizes = draw(st.lists(SIZES, min_size=1, max_size=6))
    signs = draw(st.lists(st.sampled_from([1, -1]), min_size=len(sizes), max_size=len(sizes)))
    return style, [
        Decimal(sign * size).scaleb(-places) for sign, size in zip(signs, sizes, strict=True)
    ]


def read(texts, decimal=None):
    return amounts(pd.Index(texts, dtype=object), kind="money", decimal=decimal, where="amount")


@settings(max_examples=250)
@given(columns())
@example((Style("de_DE", digits="0"), [Decimal(1200), Decimal(-950)]))
@example((Style("de_DE", digits="0,-"), [Decimal(1234), Decimal(950)]))
@example((Style("en_IN", mark="₹", is_mark_first=True), [Decimal("1234567.50")]))
@example((Style("en_US", sign="(x)", mark="(€)"), [Decimal("-1234.50"), Decimal("5.00")]))
def test_an_amount_in_any_style_is_read_as_written_or_refused(column):
    """In a column in one style, such as -1.234,50 (EUR), $ (67.00), 1'234.- or ₹12,34,567.

    1.200 without a fraction, and no other value that shows the mark, is refused with the column;
    amounts with three places need the setting ``decimal``, which is set here.
    """
    style, written = column
    texts = [style.text(amount) for amount in written]
    try:
        found = read(texts, style.decimal if style.digits == "0.000" else None)
    except MappingError as error:
        assert style.digits in ("0", "0.##") and "can be read two ways" in str(error)
        return
    for position, (value, amount) in enumerate(zip(found.values.to_pylist(), written, strict=True)):
        if position in found.reasons:
            assert value is None or abs(value) > 1e18
            assert not style.is_claimed, (texts, found.reasons)
        else:
            assert value == float(amount), texts
            if style.mark:
                currency = MARKS[style.mark]
                read_as = currency_of(found.marks[position], Company(currency=currency))
                assert read_as == currency
    assert len(found.marks) + len(found.reasons) >= len(written) * bool(style.mark)


MORE = ("x / {}", "x - {}", "x ({})", "x {} €", "x\n{}", "x%", "xK", "x Mio", "x CR", "x DR.")
"""What makes an amount none: a second number, a share, a size, a side of the account."""


@settings(max_examples=200)
@given(columns(), st.sampled_from(MORE), st.integers(0, 999))
def test_what_is_written_beside_an_amount_and_changes_it_makes_it_none(column, more, other):
    """100 / 120, 100 (120), 1.2K and 500 CR: each is refused, none is read as its first number."""
    style, written = column
    texts = [more.format(other).replace("x", style.text(amount)) for amount in written]
    found = read(texts, style.decimal)
    # "1 200" and "1,200 300 €" are one number in groups; with a mark between they are two.
    if more == "x {} €" and not (style.mark and not style.is_mark_first):
        return
    assert found.values.null_count == len(texts) == len(found.reasons)
