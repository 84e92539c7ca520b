"""Claims about predictive lifetime value in snapshots: told once, for its day, to every front door.

150 customers paid monthly: 50 of them since January, 100 more since September.
"""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.settings.file import load_settings
from connectors.settings.settings import Settings
from connectors.snapshots import engine
from connectors.snapshots.engine import open_facts
from connectors.snapshots.fresh import fresh_snapshot
from connectors.snapshots.newest_sound import current_snapshot
from connectors.snapshots.refresh import refresh
from connectors.snapshots.snapshots import Snapshot
from kpis.calendar import Period
from kpis.definitions import ATTRIBUTION_MODELS
from kpis.errors import SnapshotError
from kpis.lifetime.expected_margins import Prediction
from kpis.model import FIGURE_TABLES
from kpis.scorecard.report import report
from tests.maven import alliance

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
AUGUST = Period(date(2026, 8, 1), date(2026, 8, 31))
SETTINGS = """
[definitions]
clv_basis = "predictive"
[sources.shop]
kind = "files"
folder = "."
[tables.payments]
source = "shop"
from = "payments.csv"
"""
DEMO = "\n".join(
    ['definitions.clv_basis = "predictive"', '[sources.demo]\nkind = "demo"\nleads = 600']
    + [f'[tables.{name}]\nsource = "demo"\nfrom = "{name}"' for name in FIGURE_TABLES]
)
TOO_FEW = "only 50 customers paid on a second day, and a prediction needs 100"
PAST = (
    "it is predicted as of the day of the report only; for an earlier period, ask as of its last "
    "day"
)


def settings_in(folder: Path, text: str = SETTINGS) -> Settings:
    rows = [
        f"{first:02d}-{n},2026-{month:02d}-05,{10 + n}"
        for first, customers in ((1, 50), (9, 100))
        for n in range(customers)
        for month in range(first, 12)
    ]
    (folder / "payments.csv").write_text("\n".join(["customer_id,paid_on,amount", *rows]))
    (folder / "settings.toml").write_text(text)
    return load_settings(folder / "settings.toml")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return refresh(settings_in(tmp_path_factory.mktemp("shop")), NOW)


@pytest.fixture(scope="module")
def shop_settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For the command line, which asks the clock, so that they name the day of the report."""
    folder = tmp_path_factory.mktemp("front-door")
    settings_in(folder, f"as_of = 2026-11-23\n{SETTINGS}")
    return folder / "settings.toml"


def lifetime_value(
    snapshot: Snapshot, period: Period = NOVEMBER, as_of: date | None = None
) -> tuple[float | None, str | None]:
    """The value of the report, and why there is none."""
    (row,) = report(open_facts(snapshot.folder, as_of=as_of), period, "linear")["rows"]
    return row["kpis"]["clv"], row["reasons"].get("clv")


def test_a_small_demo_says_why_nothing_is_predicted(tmp_path: Path) -> None:
    """Also as of an earlier day, on which even fewer had paid twice."""
    snapshot = refresh(settings_in(tmp_path, DEMO), NOW)
    assert snapshot.manifest.not_predicted.endswith("and a prediction needs 100")
    assert lifetime_value(snapshot) == (None, snapshot.manifest.not_predicted)
    value, earlier = lifetime_value(snapshot, AUGUST, AUGUST.end)
    assert value is None and earlier is not None and earlier.endswith("a prediction needs 100")
    assert earlier != snapshot.manifest.not_predicted


def test_a_company_whose_customers_pay_again_has_a_value_and_no_reason(shop: Snapshot) -> None:
    assert shop.manifest.not_predicted == ""
    value, reason = lifetime_value(shop)
    assert reason is None and value is not None and value > 0
    assert lifetime_value(shop, AUGUST) == (None, PAST)


def test_all_models_share_one_prediction_and_no_question_makes_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Prediction] = []
    predict: Callable[..., Prediction] = engine.predicted_by

    def counted(*arguments: Any) -> Prediction:
        made.append(predict(*arguments))
        return made[-1]

    monkeypatch.setattr(engine, "predicted_by", counted)
    snapshot = refresh(settings_in(tmp_path), NOW)
    values = {
        report(open_facts(snapshot.folder, model), NOVEMBER, model)["rows"][0]["kpis"]["clv"]
        for model in ATTRIBUTION_MODELS
    }
    assert len(values) == len(made) == 1


def test_as_of_an_earlier_day_it_is_the_prediction_of_a_snapshot_of_that_day(
    shop: Snapshot, tmp_path: Path
) -> None:
    """On 31 October the 100 had paid twice; on 31 August there were none of them."""
    october = Period(date(2026, 10, 1), date(2026, 10, 31))
    then = refresh(settings_in(tmp_path, f"as_of = {october.end}\n{SETTINGS}"), NOW)
    asked = lifetime_value(shop, october, october.end)
    assert asked == lifetime_value(then, october) and asked[0] is not None
    assert asked[0] != pytest.approx(lifetime_value(shop)[0], rel=1e-3)
    assert lifetime_value(shop, AUGUST, AUGUST.end) == (None, TOO_FEW)
    assert open_facts(shop.folder, as_of=AUGUST.end).not_predicted == TOO_FEW


def test_a_snapshot_from_before_predictions_is_made_anew_and_never_asked(tmp_path: Path) -> None:
    """Its facts lack measures: asked, they would be counted as zero."""
    settings = settings_in(tmp_path)
    first = refresh(settings, NOW)
    file = first.folder / "manifest.json"
    older = json.loads(file.read_text()) | {"format": 1}
    del older["not_predicted"]
    file.write_text(json.dumps(older))
    with pytest.raises(SnapshotError, match=r"gone or of another version\. Refresh anew\."):
        open_facts(first.folder)
    assert current_snapshot(settings) is None
    second = fresh_snapshot(settings, NOW + timedelta(seconds=1))
    assert second.folder != first.folder and lifetime_value(second)[0] is not None


@pytest.mark.parametrize(
    ("as_of", "start", "reason"),
    [
        ("2026-11-23", "2026-11-01", None),
        ("2026-11-23", "2026-08-01", PAST),
        ("2026-08-31", "2026-08-01", TOO_FEW),
    ],
)
def test_the_command_line_prints_the_value_or_why_there_is_none(
    shop_settings: Path, as_of: str, start: str, reason: str | None
) -> None:
    end = "2026-08-31" if start == "2026-08-01" else "2026-11-30"
    asked = ("--as-of", as_of, "--from", start, "--to", end)
    question = ("report", "--settings", shop_settings, *asked)
    for_people, for_scripts = alliance(*question), alliance(*question, "--json")
    assert for_people.exit_code == for_scripts.exit_code == 0
    (row,) = json.loads(for_scripts.stdout)["rows"]
    assert row["reasons"].get("clv") == reason and (row["kpis"]["clv"] is None) == bool(reason)
    printed = " ".join(for_people.stdout.split())
    assert (reason or f"{row['kpis']['clv']:,.0f}") in printed
