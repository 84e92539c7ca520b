"""Campaigns of costs that a slip of the pen, or a field too short, keeps apart from their leads."""

import ibis
import ibis.expr.types as ir

from kpis.health.checks import Check
from kpis.health.marked_values import MarkedValues, marked

MIN_LETTERS, MIN_WORD = 8, 6
"""A campaign that is compared has as many letters or more, and so has the word that differs."""
MIN_CUT = 20
"""No field of leads is shorter."""
_ENDS = 3
"""A slip changes two letters side by side at most: of eight, three at one end are the same."""

SLIP_CHECK = Check(
    "costs_campaign_slip",
    "costs",
    "costs with a campaign",
    "named one without leads that differs by one letter from a campaign with leads",
    "If it is a slip of the pen, the campaign that was meant seems cheaper than it was.",
    "Correct the campaign in the source. If they are two campaigns, nothing is wrong.",
    "doubt",
    ("costs.campaign_id", "leads.campaign_id or touches.campaign_id"),
)
"""For use without a table of campaigns, which would lack the one with the slip."""

CUT_CHECK = Check(
    "costs_campaign_cut",
    "costs",
    "costs with a campaign",
    "named one without leads that begins with the longest name of leads, and is longer",
    "If leads are kept in a field that is too short, leads and costs of a campaign count as two.",
    "Lengthen the field, or name campaigns by an id. If they are two campaigns, nothing is wrong.",
    "doubt",
    SLIP_CHECK.needs,
)


def _letters_changed(one: ir.Value, other: ir.Value) -> ir.Value:
    """How many letters are added, left out, changed or exchanged: the engine's own function."""


_distance = ibis.udf.scalar.builtin(
    _letters_changed, name="damerau_levenshtein", signature=(("string", "string"), "int64")
)


def slips(names: ir.Table) -> MarkedValues:
    """Return the campaigns of costs that are slips of one with leads; names: see campaign_names."""
    strangers = names.filter(names.has_cost & ~names.has_lead)
    found = _slips(_by_ends(strangers), _by_ends(names.filter(names.has_lead)))
    return marked("campaign_id", SLIP_CHECK.key, found, found.value + " \u2192 " + found.meant)


def cuts(names: ir.Table) -> MarkedValues:
    """Return the campaigns of costs whose names may be cut off in leads; names: as in slips."""
    names = names.mutate(letters=names.writing.length(), start=names.writing[:MIN_CUT])
    longest = names.letters.max(where=names.has_lead).over(ibis.window())
    names = names.mutate(longest=longest)
    is_cut = names.has_lead & ~names.has_cost & (names.letters == names.longest)
    short = names.filter(is_cut & (names.longest >= MIN_CUT)).select("start", cut="writing")
    long = names.filter(names.has_cost & ~names.has_lead).inner_join(short, "start")
    found = long.filter(long.writing.startswith(long.cut)).select("cut", value="writing")
    return marked("campaign_id", CUT_CHECK.key, found, found.value + " \u2192 " + found.cut)


def _by_ends(names: ir.Table) -> ir.Table:
    """Each ``id`` of enough letters twice, by its first and by its last ones, with its digits."""
    named = names.select(id="writing", plain="bare")
    named = named.filter(named.plain.re_replace(r"[^\p{L}]", "").length() >= MIN_LETTERS)
    ends = ibis.array([named.plain[:_ENDS] + "\u2026", "\u2026" + named.plain.right(_ENDS)])
    digits = named.plain.re_replace("[^0-9]", "")
    return named.mutate(digits=digits, words=named.plain.split("-")).mutate(end=ends.unnest())


def _slips(strangers: ir.Table, known: ir.Table) -> ir.Table:
    """Each ``value`` of ``strangers`` that is a slip, with the id of ``known`` that is ``meant``.

    Digits are the same, as in spring-2025 and spring-2026 they are not. The word that differs is a
    long one, of letters alone: us and uk, Juni and Juli, or ids of a program are no slips of each
    other. Nor does a word that ends in another letter count, as that of a variant does.
    """
    pairs = strangers.join(known, ["end", "digits"], lname="{name}", rname="{name}_meant").filter(
        lambda pair: _distance(pair.plain, pair.plain_meant) == 1
    )
    one = pairs.words.filter(lambda word: ~pairs.words_meant.contains(word))
    other = pairs.words_meant.filter(lambda word: ~pairs.words.contains(word))
    pairs = pairs.mutate(one=one, other=other)
    pairs = pairs.filter((pairs.one.length() == 1) & (pairs.other.length() == 1))
    pairs = pairs.mutate(one=pairs.one[0], other=pairs.other[0])
    long_word = rf"^\p{{L}}{{{MIN_WORD},}}$"
    is_long = pairs.one.re_search(long_word) & pairs.other.re_search(long_word)
    is_variant = pairs.one.re_replace(".$", "") == pairs.other.re_replace(".$", "")
    found = pairs.filter(is_long & ~is_variant)
    return found.group_by(value="id").agg(meant=found.id_meant.min())
