"""One warning sign, or one piece of good news: its headline, its evidence, where to look."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Tone = Literal["warning", "good"]
Page = Literal["this_week", "campaigns", "funnel", "health"]
Rule = Literal[
    "no_target_or_owner",
    "action_overdue",
    "definition_changed",
    "unusual_week",
    "slow_stage",
    "bad_fit",
    "few_mqls_become_sqls",
    "late_follow_up",
    "unsound_data",
    "both_teams_behind",
    "record",
    "target_reached_early",
]
MATTERS: dict[Rule, int] = {
    "no_target_or_owner": 1,
    "action_overdue": 2,
    "definition_changed": 3,
    "unusual_week": 4,
    "slow_stage": 5,
    "bad_fit": 6,
    "few_mqls_become_sqls": 7,
    "late_follow_up": 8,
    "unsound_data": 9,
    "both_teams_behind": 10,
    "record": 11,
    "target_reached_early": 12,
}
"""The rules and how much each matters in the meeting: goals first, then what spoils them."""

NO_SIGNS = "Nothing unusual: every agreed limit is met."


@dataclass(frozen=True)
class Sign:
    """What a rule found.

    headline: one sentence with the number. evidence: short sentences, the most telling first.
    agreed: the line that was crossed, in words, with its key in the settings.
    page, explains: where it is explained, and the query parameters of the link there.
    weight: the order; its whole part is how much the rule matters, the rest how far beyond the
        line it is.
    """

    rule: Rule
    tone: Tone
    headline: str
    evidence: tuple[str, ...]
    agreed: str
    kpi: str | None
    page: Page
    explains: Mapping[str, str]
    weight: float


def weight(rule: Rule, value: float = 0.0, line: float = 0.0) -> float:
    """How much a sign weighs: its rule, and how far ``value`` is beyond the agreed ``line``.

    The rest is distance ÷ (distance + line): twice what was agreed is 0.5, three times 0.67.
    """
    distance = abs(value - line)
    beyond = distance / (distance + abs(line)) if distance else 0.0
    return MATTERS[rule] + min(beyond, 0.999)


def worst_first(found: Iterable[Sign]) -> list[Sign]:
    """Warnings, the heaviest first, then good news, the heaviest first."""
    return sorted(found, key=lambda sign: (sign.tone == "good", -sign.weight))
