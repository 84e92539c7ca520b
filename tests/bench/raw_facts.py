"""The facts of data.py's company by hand-written DuckDB SQL: what a refresh would cost without us.

The same rows as the product's facts, under all six attribution models. Only what that data has is
computed: one deal a lead, all of them won; no stages, activities, rates, payments or own campaigns.
Times are UTC and days off Saturday and Sunday.
"""

from datetime import date
from pathlib import Path

import duckdb
import numpy as np

from kpis.definitions import ATTRIBUTION_MODELS

MODELS = tuple(ATTRIBUTION_MODELS)

# Texts as numbers with names: what is grouped and sorted by them takes a third of the time.
_TYPES = {
    "measures": """('accepted_mqls', 'converted_leads', 'customers_with_lead', 'cycle_days',
        'cycles', 'deals_won', 'follow_ups_in_time', 'follow_ups_late', 'leads', 'marketing_cost',
        'mqls', 'new_customers', 'revenue', 'sqls', 'waiting_leads', 'waiting_mqls',
        'waiting_sqls')""",
    "campaign_ids": "(SELECT campaign_id FROM {campaigns} ORDER BY ALL)",
    "owners": "(SELECT DISTINCT owner FROM {leads} ORDER BY ALL)",
    "regions": "(SELECT DISTINCT region FROM {leads} ORDER BY ALL)",
}
_LEADS = """
    WITH won AS (
        SELECT lead_id, closed_at::TIMESTAMP AS won_at, amount FROM {deals}
        WHERE status = 'won' AND closed_at::DATE <= $as_of
    ), numbered AS (
        SELECT row_number() OVER () AS lead, lead_id, created_at::TIMESTAMP AS created_at,
            created_at::DATE AS created, mql_at::DATE AS mql, sql_at::DATE AS sql,
            CASE WHEN sql_at::DATE <= $as_of THEN sql_at::TIMESTAMP END AS sql_at,
            owner::owners AS owner, region::regions AS region
        FROM {leads} WHERE created_at::DATE <= $as_of
    )
    SELECT *, won_at::DATE AS won FROM numbered LEFT JOIN won USING (lead_id)"""
_CAMPAIGNS = """
    SELECT campaign_id, campaign_id::campaign_ids AS campaign, channel FROM {campaigns}"""
_PLACED = """
    WITH counted AS (
        SELECT lead, campaign, touched_at::TIMESTAMP AS moment, created_at, sql_at
        FROM {touches} JOIN leads USING (lead_id) JOIN campaigns USING (campaign_id)
        WHERE touched_at::DATE <= coalesce(won, $as_of)
            AND (won_at IS NULL OR won_at = won OR touched_at::TIMESTAMP <= won_at)
    )
    SELECT lead, campaign, moment, count(*) OVER own AS n, row_number() OVER ordered AS place,
        coalesce(lag(moment) OVER ordered <> moment, true) AS first_then,
        max(moment) OVER own AS last_at,
        max(CASE WHEN moment <= created_at THEN moment END) OVER own AS created_touch,
        max(CASE WHEN moment <= sql_at THEN moment END) OVER own AS sql_touch
    FROM counted
    WINDOW own AS (PARTITION BY lead),
        ordered AS (PARTITION BY lead ORDER BY moment, campaign)"""
_CREDIT = """
    WITH shared AS (
        SELECT lead, campaign, n, (place = 1)::DOUBLE AS first_touch,
            (first_then AND moment = last_at)::DOUBLE AS last_touch,
            CASE WHEN n <= 2 THEN 1.0 / n WHEN place IN (1, n) THEN 0.4
                ELSE 0.2 / (n - 2) END AS position_based,
            pow(2, -epoch(last_at - moment) / 86400 / 7) AS decay,
            0.3 * (place = 1)::INT
                + 0.3 * coalesce(first_then AND moment = created_touch, false)::INT
                + 0.3 * coalesce(first_then AND moment = sql_touch, false)::INT AS held
        FROM placed
    ), normed AS (
        SELECT *, decay / sum(decay) OVER own AS time_decay,
            sum(held) OVER own AS all_held, count(*) FILTER (held = 0) OVER own AS others
        FROM shared WINDOW own AS (PARTITION BY lead)
    )
    SELECT lead, campaign, sum(1.0 / n) AS linear, sum(first_touch) AS first_touch,
        sum(last_touch) AS last_touch, sum(position_based) AS position_based,
        sum(time_decay) AS time_decay,
        sum(CASE WHEN held = 0 THEN 0.1 / others ELSE held END
            / (all_held + CASE WHEN others > 0 THEN 0.1 ELSE 0 END)) AS w_shaped
    FROM normed GROUP BY ALL"""
# Working days since a Monday up to a day, that day included.
_WORKED = "(day - DATE '0001-01-01') // 7 * 5 + least((day - DATE '0001-01-01') % 7 + 1, 5)"
_IS_WORKED = "(day - DATE '0001-01-01') % 7 < 5"
_EVENTS = """
    WITH known AS (
        SELECT lead, created, mql, sql, won, amount, won - created AS cycle,
            coalesce(mql <= $as_of, false) AS is_mql, coalesce(sql <= $as_of, false) AS is_sql,
            worked(least(coalesce(least(sql, won), $as_of), $as_of)) - worked(mql) AS taken,
            worked($as_of) - worked(mql) > greatest($agreed, NOT is_worked(mql)) AS is_due,
            taken <= greatest($agreed, NOT is_worked(mql)) AS in_time
        FROM leads
    )
    SELECT 'leads'::measures AS measure, created AS day, 1.0 AS quantity, lead FROM known
    UNION ALL SELECT 'mqls', mql, 1, lead FROM known
    UNION ALL SELECT 'sqls', sql, 1, lead FROM known
    UNION ALL SELECT 'accepted_mqls', greatest(mql, sql), 1, lead FROM known WHERE sql IS NOT NULL
    UNION ALL SELECT 'waiting_leads', created, 1, lead FROM known WHERE NOT is_mql
    UNION ALL SELECT 'waiting_mqls', mql, 1, lead FROM known WHERE is_mql AND NOT is_sql
    UNION ALL SELECT 'waiting_sqls', sql, 1, lead FROM known WHERE is_sql AND won IS NULL
    UNION ALL SELECT 'follow_ups_in_time', mql, 1, lead FROM known WHERE is_due AND in_time
    UNION ALL SELECT 'follow_ups_late', mql, 1, lead FROM known WHERE is_due AND NOT in_time
    UNION ALL SELECT unnest(['converted_leads', 'new_customers', 'customers_with_lead', 'cycles',
        'cycle_days', 'revenue', 'deals_won']), won,
        unnest([1.0, 1, 1, 1, cycle, amount, 1]), lead FROM known WHERE won IS NOT NULL"""
_FACTS = """
    SELECT measure, day, created AS cohort_day, campaign, owner, region, {credited}
    FROM events JOIN leads USING (lead) JOIN credit USING (lead)
    WHERE day <= $as_of GROUP BY ALL
    UNION ALL SELECT 'marketing_cost', spent_on, NULL, campaign, NULL, NULL, {spent}
    FROM {costs} JOIN campaigns USING (campaign_id) WHERE spent_on <= $as_of GROUP BY ALL"""


def write_raw_facts(tables: Path, file: Path, as_of: date, agreed_days: int = 1) -> None:
    """Write the facts as Parquet, sorted by measure, day and campaign.

    tables: a folder with the five tables, of a snapshot or of data.py itself. agreed_days: working
    days that sales has for an MQL.
    """
    names = ("leads", "touches", "deals", "campaigns", "costs")
    files = {name: f"read_parquet('{tables / name}.parquet')" for name in names}
    models = {
        "credited": ", ".join(f"sum(quantity * {model}) AS {model}" for model in MODELS),
        "spent": ", ".join(f"sum(amount) AS {model}" for model in MODELS),
    }
    steps = {"leads": _LEADS, "campaigns": _CAMPAIGNS, "placed": _PLACED, "credit": _CREDIT}
    with duckdb.connect() as engine:
        engine.execute("SET TimeZone = 'UTC'")
        engine.execute(f"CREATE MACRO worked(day) AS {_WORKED}")
        engine.execute(f"CREATE MACRO is_worked(day) AS {_IS_WORKED}")
        for name, values in _TYPES.items():
            engine.execute(f"CREATE TYPE {name} AS ENUM {values.format(**files)}")
        for name, query in (steps | {"events": _EVENTS, "facts": _FACTS}).items():
            sql = query.format(**files, **models).replace("$as_of", f"DATE '{as_of}'")
            sql = sql.replace("$agreed", str(agreed_days))
            engine.execute(f"CREATE TEMP TABLE {name} AS {sql}")
        engine.execute(
            "COPY (SELECT facts.* EXCLUDE campaign, campaign_id, channel"
            " FROM facts JOIN campaigns USING (campaign) ORDER BY measure, day, campaign)"
            f" TO '{file}' (FORMAT parquet)"
        )


def check_same(own: Path, raw: Path) -> None:
    """Raise AssertionError unless two files of facts have equal sums.

    Compared are rows, and per measure, campaign and model the sums, to a millionth.
    """
    sums = ", ".join(f"sum({model}) AS {model}" for model in MODELS)
    with duckdb.connect() as engine:
        theirs, ours = (
            engine.sql(
                f"SELECT measure, campaign_id, count(*) AS facts, {sums}"
                f" FROM read_parquet('{file}') GROUP BY ALL ORDER BY ALL"
            ).df()
            for file in (raw, own)
        )
    for column in ours:
        if column in MODELS:
            np.testing.assert_allclose(
                ours[column].fillna(0), theirs[column].fillna(0), rtol=1e-6, atol=1e-6
            )
        else:
            assert ours[column].tolist() == theirs[column].tolist(), column


def raw_sums(engine: duckdb.DuckDBPyConnection, facts: Path, campaign: str = "") -> object:
    """The sums by measure, day and cohort of a campaign, or of all: one group-by over the facts."""
    where = f"WHERE campaign_id = '{campaign}'" if campaign else ""
    return engine.sql(
        "SELECT measure, day, cohort_day, sum(linear) AS value"
        f" FROM read_parquet('{facts}') {where} GROUP BY ALL"
    ).to_arrow_table()
