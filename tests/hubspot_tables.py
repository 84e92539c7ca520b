"""A small HubSpot as Fivetran writes it: deals with stages and contacts, a deleted one among them.

In the exports that Fivetran's package is tested with, no deal has a stage or a known contact.
"""

from tests.postgres_server import Postgres

_BECAME = "property_hs_lifecyclestage_{}_date timestamptz"
_TABLES = (
    "contact (id bigint, _fivetran_deleted boolean, _fivetran_synced timestamptz, "
    "property_createdate timestamptz, property_email text, property_hubspot_owner_id bigint, "
    f"{_BECAME.format('marketingqualifiedlead')}, {_BECAME.format('salesqualifiedlead')})",
    "deal (deal_id bigint, is_deleted boolean, deal_pipeline_stage_id text, owner_id bigint, "
    "_fivetran_synced timestamptz, property_amount numeric, property_createdate timestamptz, "
    "property_closedate timestamptz)",
    "deal_pipeline_stage (stage_id text, label text, probability double precision, "
    "is_closed boolean, _fivetran_deleted boolean)",
    "deal_contact (deal_id bigint, contact_id bigint, type_id bigint, category text)",
)
_ROWS = (
    "contact VALUES (11, false, now(), '2026-10-01 09:00+02', 'a@example.com', 1, '2026-10-02', "
    "'2026-10-05'), (12, false, now(), '2026-10-03 09:00+02', 'b@example.com', 1, '2026-10-10', "
    "NULL), (13, false, now(), '2026-10-05 09:00+02', 'c@example.com', 2, NULL, NULL), "
    "(14, true, now(), '2026-10-06 09:00+02', 'd@example.com', 2, '2026-10-07', NULL)",
    "deal VALUES (501, false, 'won1', 1, now(), 1000, '2026-10-06 09:00+02', "
    "'2026-10-31 09:00+01'), (502, false, 'lost1', 1, now(), 400, '2026-10-12 09:00+02', "
    "'2026-10-30 09:00+01'), (503, false, 'open1', 2, now(), 700, '2026-10-15 09:00+02', NULL), "
    "(504, true, 'won1', 2, now(), 9000, '2026-10-15 09:00+02', '2026-10-20 09:00+02')",
    "deal_pipeline_stage VALUES ('won1', 'Closed won', 1.0, true, false), "
    "('lost1', 'Closed lost', 0.0, true, false), ('open1', 'Proposal', 0.4, false, false)",
    "deal_contact VALUES (501, 11, 3, 'HUBSPOT_DEFINED'), (501, 12, 4, 'HUBSPOT_DEFINED'), "
    "(502, 12, 3, 'HUBSPOT_DEFINED'), (504, 13, 3, 'HUBSPOT_DEFINED')",
)


def hubspot_tables(postgres: Postgres, database: str) -> None:
    """Fill the schema ``hubspot`` of a new database."""
    postgres.new_database(
        database,
        "CREATE SCHEMA hubspot",
        "GRANT USAGE ON SCHEMA hubspot TO reader",
        *(f"CREATE TABLE hubspot.{table}" for table in _TABLES),
        *(f"INSERT INTO hubspot.{rows}" for rows in _ROWS),
        "GRANT SELECT ON ALL TABLES IN SCHEMA hubspot TO reader",
    )
