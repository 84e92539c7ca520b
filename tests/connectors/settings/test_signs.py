"""Claims about [owners], [signs] and [[alerts]]: who answers for a KPI, and its agreed lines."""

from pathlib import Path

import pytest

from kpis.catalogue import SEVEN_KEYS
from kpis.definitions import Definitions
from kpis.signs.thresholds import Thresholds
from tests.connectors.settings.test_settings import load, refusal


def test_a_kpi_has_an_owner(tmp_path: Path) -> None:
    assert load(tmp_path, "").owners == {}
    owners = load(tmp_path, '[owners]\nmqls = " Mia Schneider "\nrevenue = "Ben"\n').owners
    assert owners == {"mqls": "Mia Schneider", "revenue": "Ben"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[owners]\nmql = "Mia"', "owners: no KPI 'mql'. Did you mean 'mqls'?"),
        ('[owners]\nmqls = " "', "'owners.mqls' is ' ': String should have at least 1 character."),
        ('[signs]\nneed_owner = ["mql"]', "'signs.need_owner' names no KPI 'mql'. Did you mean 'm"),
        ('[signs]\nneed_target = ["x"]', "'signs.need_target' names no KPI 'x'. Known: cac, "),
        ("[signs]\nmax_late_follow_ups = 20", "'signs.max_late_follow_ups' is 20: Input should be"),
        ("[signs]\nmax_late_follow_ups = nan", "'signs.max_late_follow_ups' is nan: Input should"),
        ("[signs]\nmax_days_in_stage = { sql = 999999 }", "'signs.max_days_in_stage.sql' is 9999"),
        ("[definitions]\nfollow_up_working_days = 9999", "'definitions.follow_up_working_days' is"),
        ("[definitions]\nclv_max_months = 99999", "'definitions.clv_max_months' is 99999: Input"),
        (
            "[definitions]\ntime_decay_half_life_days = inf",
            "'definitions.time_decay_half_life_days' is inf: Input should be",
        ),
        (
            '[[targets]]\nkpi = "mqls"\nperiod = "month"\nvalue = nan',
            "'targets.0.value' is nan: Input should be a finite number",
        ),
        (
            '[[alerts]]\nkpi = "mqls"\nperiod = "month"\nbelow = 10',
            "'alerts.0' 'below' would be crossed on the first day of every month, as 'mqls' has",
        ),
        ("[signs]\nmin_evidence = 0", "'signs.min_evidence' is 0: Input should be"),
        ("[signs]\nrecord_weeks = 53", "'signs.record_weeks' is 53: Input should be"),
        ("[signs]\nmax_days_in_stage = { mql = -1 }", "'signs.max_days_in_stage.mql' is -1: "),
        (
            "[signs]\nmax_days_in_stage = { won = 1 }",
            "unknown key 'signs.max_days_in_stage.won'. Known: lead, mql, sql",
        ),
        ("[signs]\nmax_late = 0.1", "unknown key 'signs.max_late'. Did you mean 'max_"),
        ('[signs]\nunusual = ["out"]', "'signs.unusual.0' is 'out'. Use 'outside', 'eight_in_a_r"),
    ],
)
def test_an_owner_or_a_line_that_cannot_be_is_refused(tmp_path: Path, text: str, says: str) -> None:
    assert refusal(tmp_path, text).startswith(says)


def test_the_lines_of_the_warning_signs_have_defaults_and_change_one_by_one(
    tmp_path: Path,
) -> None:
    documented = {
        "max_late_follow_ups": 0.2,
        "min_mql_to_sql": 0.25,
        "max_bad_fit": 0.2,
        "max_days_in_stage": {"lead": 30, "mql": 14, "sql": 90},
        "max_waiting_too_long": 0.5,
        "min_sound_rows": 0.95,
        "min_evidence": 10,
        "unusual": ("outside", "eight_in_a_row", "three_of_four"),
        "record_weeks": 26,
        "need_target": SEVEN_KEYS,
        "need_owner": SEVEN_KEYS,
    }
    assert load(tmp_path, "").signs.model_dump() == documented
    stages = load(tmp_path, "[signs]\nmax_days_in_stage = { mql = 3 }").signs.max_days_in_stage
    assert stages.by_stage == {"lead": 30, "mql": 3, "sql": 90}


def test_the_guide_names_every_definition_and_every_line_with_its_default() -> None:
    """What is a list in the settings is written as one."""
    guide = (Path(__file__).parents[3] / "docs" / "guide.md").read_text(encoding="utf-8")
    unnamed = [name for name in Definitions.model_fields if f"`{name}`" not in guide]
    for name, field in Thresholds.model_fields.items():
        if not isinstance(field.default, float | int):
            unnamed += [] if f"`{name}`" in guide else [name]
        elif f"| `{name}` | {field.default} |" not in guide:
            unnamed.append(name)
    assert unnamed == []
