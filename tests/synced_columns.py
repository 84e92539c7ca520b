"""The tables that sync tools write, as far as queries of presets read them: columns with types.

Types are those that the tools' own schemas give. ``flag``, ``int``, ``time`` and ``text`` are
PostgreSQL's boolean, bigint, timestamptz and text.
"""

_ENGAGEMENT = "int engagement_id, text type, time property_hs_timestamp, flag _fivetran_deleted"
_CHANGED = "int id, time updated_at, text end_date"
_V1 = "int id, int person_id, text add_time, text marked_as_done_time, flag deleted, flag done"
_V1 += ", flag active_flag"
_V2 = "int id, int person_id, flag is_deleted, flag done, time add_time"
_FIVETRAN = "int id, int person_id, flag _fivetran_deleted, flag done"
_SALESFORCE = {
    "lead": "text id, text converted_opportunity_id, text converted_contact_id, flag is_deleted, "
    "text company, date converted_date, time created_date",
    "opportunity": "text id, flag is_deleted, flag is_won, flag is_closed, date close_date, "
    "time created_date, time system_modstamp",
    "opportunity_history": "text opportunity_id, text stage_name, time created_date, "
    "flag is_deleted",
    "lead_history": "text lead_id, text field, text new_value, time created_date",
    "campaign_member": "text id, text lead_id, text contact_id, text campaign_id, flag is_deleted, "
    "flag has_responded, date first_responded_date, time system_modstamp",
    "campaign": "text id, flag is_deleted, date start_date",
    "task": "text id, text who_id, text task_subtype, flag is_deleted, flag is_closed, "
    "time completed_date_time, time system_modstamp",
    "event": "text id, text who_id, flag is_deleted, flag is_child, time start_date_time, "
    "time system_modstamp",
}


def _camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def _of_airbyte(columns: str) -> str:
    """The columns of Salesforce as Airbyte writes them: CreatedDate for created_date."""
    pairs = (column.split() for column in columns.split(", "))
    return ", ".join(f"{kind} {_camel(name)}" for kind, name in pairs)


SYNCED: dict[tuple[str, str], dict[str, str]] = {
    ("hubspot", "fivetran"): {
        "contact": "int id, flag _fivetran_deleted, time property_createdate",
        "deal": "int deal_id, flag is_deleted, text deal_pipeline_stage_id, "
        "float property_amount, time property_closedate",
        "deal_pipeline_stage": "text stage_id, text label, float probability, flag is_closed",
        "deal_contact": "int deal_id, int contact_id, int type_id, text category",
        "deal_stage": "int deal_id, time date_entered, text value",
        "contact_property_history": "int contact_id, text name, text value, time timestamp",
        "engagement_call": _ENGAGEMENT,
        "engagement_email": f"{_ENGAGEMENT}, text property_hs_email_direction",
        "engagement_meeting": _ENGAGEMENT,
        "engagement_contact": "int engagement_id, int contact_id, text category",
    },
    ("hubspot", "airbyte"): {
        "contacts": "text id, time properties_createdate",
        "deals": "text id, jsonb contacts, jsonb companies, text properties_dealstage, "
        "flag properties_hs_is_closed_won, flag properties_hs_is_closed",
        "deals_property_history": "text dealId, text property, text value, time timestamp",
        "contacts_property_history": "int vid, text property, text value, int timestamp",
        "engagements_calls": "text id, jsonb contacts, time properties_hs_timestamp",
        "engagements_emails": "text id, jsonb contacts, time properties_hs_timestamp, "
        "text properties_hs_email_direction",
        "engagements_meetings": "text id, jsonb contacts, time properties_hs_timestamp",
    },
    ("hubspot", "dlt"): {
        "contacts": "text id, time createdate",
        "deals": "text id, text dealstage, float amount, time closedate, time createdate",
        "pipelines_deals__stages": "text id, text label, text metadata__probability, "
        "text metadata__is_closed",
        "contacts__deals": "text value, text deals_id",
        "stages_timing_deals": "text id, text stage, time hs_v2_date_enteredx",
        "contacts_property_history": "text object_id, text property_name, text value, "
        "time timestamp",
    },
    ("salesforce", "fivetran"): _SALESFORCE,
    ("salesforce", "dlt"): _SALESFORCE,
    ("salesforce", "airbyte"): {
        _camel(table): _of_airbyte(columns) for table, columns in _SALESFORCE.items()
    },
    ("pipedrive", "airbyte"): {
        **dict.fromkeys(("persons", "deals", "deals_archived", "activities"), _V2),
        "deal_flow": "int item_id, text field_key, text new_value, text log_time",
    },
    ("pipedrive", "airbyte_v1"): dict.fromkeys(("persons", "deals", "activities"), _V1),
    ("pipedrive", "dlt"): {
        **dict.fromkeys(("persons", "deals", "activities"), _V1),
        "deals_flow_deal_change": "int item_id, text field_key, text new_value, time log_time",
    },
    ("pipedrive", "dlt_v2"): dict.fromkeys(("v2_persons", "v2_deals"), _V2),
    ("pipedrive", "fivetran"): dict.fromkeys(("person", "deal", "activity"), _FIVETRAN),
    ("google_ads", "fivetran"): {
        "campaign_stats": "int id, date date, int cost_micros",
        "campaign_history": _CHANGED,
    },
    ("google_ads", "fivetran_currency"): {
        "campaign_stats": "int id, int customer_id, date date, int cost_micros",
        "account_history": "int id, time updated_at, text currency_code",
        "campaign_history": _CHANGED,
    },
    ("google_ads", "airbyte"): {
        "campaign": "int campaign_id, date segments_date, int segments_hour, "
        "int metrics_cost_micros, text campaign_end_date",
    },
    ("facebook_ads", "fivetran"): {
        "basic_campaign": "text campaign_id, date date, float spend",
        "campaign_history": "int id, time updated_time",
    },
    ("facebook_ads", "fivetran_ad"): {
        "basic_ad": "text ad_id, date date, float spend",
        "ad_history": "int id, time updated_time, int campaign_id",
        "campaign_history": "int id, time updated_time",
    },
    ("facebook_ads", "airbyte"): {
        "ads_insights": "text campaign_id, date date_start, float spend, text account_currency",
        "campaigns": "text id, text name",
    },
    ("facebook_ads", "dlt"): {
        "facebook_insights": "int campaign_id, time date_start, numeric spend",
        "campaigns": "text id, text name",
    },
    ("linkedin_ads", "fivetran"): {
        "ad_analytics_by_campaign": "int campaign_id, time day, numeric cost_in_local_currency",
        "campaign_history": "int id, time last_modified_time",
    },
    ("linkedin_ads", "fivetran_usd"): {
        "ad_analytics_by_campaign": "int campaign_id, time day, numeric cost_in_usd",
        "campaign_history": "int id, time last_modified_time",
    },
    ("linkedin_ads", "airbyte"): {
        "ad_campaign_analytics": "jsonb pivotValues, date start_date, text costInLocalCurrency",
        "campaigns": "int id, text name",
    },
    ("microsoft_ads", "fivetran"): {
        "campaign_performance_daily_report": "int campaign_id, date date, numeric spend",
        "campaign_history": "int id, time modified_time",
    },
    ("microsoft_ads", "airbyte"): {
        "campaign_performance_report_daily": "int CampaignId, date TimePeriod, numeric Spend",
        "campaigns": "int Id, text Name",
    },
}
"""Of each preset's layouts the tables by name."""

_TYPES = {"flag": "boolean", "int": "bigint", "time": "timestamptz", "float": "double precision"}


def create_statements(preset: str, layout: str) -> list[str]:
    """The statements that create the tables of a layout, empty, in the schema ``layout``."""
    statements = [f'CREATE SCHEMA "{layout}"', f'GRANT USAGE ON SCHEMA "{layout}" TO reader']
    for table, columns in SYNCED[preset, layout].items():
        pairs = (column.split() for column in columns.split(", "))
        typed = ", ".join(f'"{name}" {_TYPES.get(kind, kind)}' for kind, name in pairs)
        statements.append(f'CREATE TABLE "{layout}"."{table}" ({typed})')
    return [*statements, f'GRANT SELECT ON ALL TABLES IN SCHEMA "{layout}" TO reader']
