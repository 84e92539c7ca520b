"""The demo's leads: who comes when, and what marketing and sales do with them, up to the SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from connectors.demo.campaigns import HOME_REGIONS, Campaign, weights
from connectors.demo.days import (
    DAY,
    NEVER,
    Draws,
    Flags,
    Index,
    Seconds,
    Words,
    first_second,
    in_the_day,
    in_the_office,
    seconds,
    visible,
)
from connectors.demo.story import STORIES, is_late, is_stalled, weakened

SEGMENTS = ("Enterprise", "Mid-market", "Small business")
SEGMENT_SHARES = (0.20, 0.35, 0.45)
REGIONS = ("DACH", "UK & Ireland", "Nordics", "North America")
OWNERS = (
    "Anna Keller", "Ben Okafor", "Carla Rossi", "David Lind",
    "Emma Walsh", "Farid Haddad", "Greta Novak", "Henry Cole",
)  # fmt: skip
UNFIT_SHARE, GIVEN_UP_SHARE = 0.30, 0.66
"""Of the leads that became no SQL: disqualified in days, or given up in silence."""
REASONS = ("No answer", "No budget", "Not a fit", "Student or competitor")
CONTACTS = ("Call", "Email", "Meeting")
FIRST_NAMES = (
    "Alex", "Bianca", "Chris", "Dana", "Erik", "Fiona", "Georg", "Hanna", "Ivan", "Julia", "Karim",
    "Lena", "Marco", "Nina", "Oscar", "Paula", "Quentin", "Rosa", "Sven", "Tara", "Uwe", "Vera",
)  # fmt: skip
LAST_NAMES = (
    "Adler", "Berg", "Costa", "Dahl", "Evans", "Fuchs", "Graf", "Holm", "Ivers", "Jansen", "Kraus",
    "Larsen", "Meier", "Nolan", "Olsen", "Peters", "Quinn", "Reed", "Schmidt", "Thorne", "Vogel",
)  # fmt: skip
COMPANIES = (
    "Alder", "Beacon", "Cobalt", "Delta", "Ember", "Fjord", "Granite", "Harbor", "Iris", "Juniper",
    "Krona", "Lumen", "Meridian", "Nimbus", "Orchard", "Pioneer", "Quarry", "Ridge", "Summit",
    "Tideway", "Umbra", "Vertex", "Willow", "Zenith",
)  # fmt: skip
TRADES = ("Analytics", "Foods", "Health", "Logistics", "Machines", "Retail", "Systems", "Travel")

NO_CAMPAIGN_SHARE = 0.04
MQL_RATE, SQL_RATE = 0.35, 0.40
TOUCH_SHARES = (0.35, 0.25, 0.17, 0.12, 0.07, 0.04)
"""Shares of leads with one, two … six touches."""


@dataclass(frozen=True)
class Leads:
    """One entry per lead in every array; times may lie after today, NEVER is never.

    campaign: place in the plan, -1 for none.
    """

    lead_id: Words
    created: Seconds
    campaign: Index
    campaign_id: Words
    segment: Index
    region: Index
    owner: Words
    contacted: Seconds
    mql: Seconds
    sql: Seconds


def chosen(words: Sequence[str], places: Index) -> Words:
    """The word at each of ``places``, none where the place is -1."""
    return np.array([*words, None], dtype=object)[places]


def leads_of(
    campaigns: Sequence[Campaign], days: Index, counts: Index, draws: Draws, today: date
) -> Leads:
    """Lead journeys up to the SQL, by ``counts`` of new leads on ``days``."""
    day_of_lead = np.repeat(np.arange(len(days)), counts)
    created = days[day_of_lead] * DAY + seconds(8 / 24 + draws.uniform() / 2)
    campaign = draws.pick(weights(campaigns, days)[day_of_lead])
    campaign = np.where(draws.uniform() < NO_CAMPAIGN_SHARE, -1, campaign)
    campaign_id = chosen([c.campaign_id for c in campaigns], campaign)
    regions = np.array([*(c.regions for c in campaigns), HOME_REGIONS])

    quality = np.array([*(c.quality for c in campaigns), 1.0])[campaign]
    mql_rate = weakened(MQL_RATE * quality, STORIES.weak_mql_rate, created, today)
    becomes_mql = draws.uniform() < np.where(is_stalled(campaign_id, created, today), 0, mql_rate)
    mql = in_the_day(created + seconds(draws.lognormal(0.5 / 24, 2.0)))
    mql = np.where(becomes_mql, mql, NEVER)

    # Sales calls every MQL within hours, but for one week; of the others some, when there is time.
    wait = draws.lognormal(3.3 / 24, 0.6) * np.where(is_late(mql, today), 24.0, 1.0)
    anyway = np.where(draws.uniform() < 0.15, created + seconds(draws.lognormal(1.5, 0.6)), NEVER)
    contacted = in_the_office(np.where(becomes_mql, mql + seconds(wait), anyway))

    sql = in_the_office(contacted + seconds(draws.lognormal(3.0, 0.8)))
    sql_rate = weakened(SQL_RATE, STORIES.weak_sql_rate, sql, today)
    sql = np.where(becomes_mql & (draws.uniform() < sql_rate), sql, NEVER)
    owner = draws.pick(np.ones(len(OWNERS)))
    return Leads(
        lead_id=_lead_ids(days, counts),
        created=created,
        campaign=campaign,
        campaign_id=campaign_id,
        segment=draws.pick(SEGMENT_SHARES),
        region=draws.pick(regions[campaign]),
        owner=chosen(OWNERS, np.where(contacted < _after(today), owner, -1)),
        contacted=contacted,
        mql=mql,
        sql=sql,
    )


def _after(today: date) -> int:
    return first_second(today) + DAY


def _lead_ids(days: Index, counts: Index) -> Words:
    """Ids such as ``L-260504-017``: the day and a number on that day."""
    names = (days * DAY).astype("datetime64[s]").astype("datetime64[D]").astype(str)
    return np.array(
        [
            f"L-{name[2:4]}{name[5:7]}{name[8:]}-{number:03d}"
            for name, count in zip(names, counts, strict=True)
            for number in range(1, count + 1)
        ],
        dtype=object,
    )


def leads_table(leads: Leads, draws: Draws, today: date) -> pd.DataFrame:
    """The raw table of leads, still clean."""
    first, last = (draws.pick(np.ones(len(w))) for w in (FIRST_NAMES, LAST_NAMES))
    company = draws.pick(np.ones(len(COMPANIES)))
    trade = draws.pick(np.ones(len(TRADES)))
    companies = chosen(COMPANIES, company) + " " + chosen(TRADES, trade)
    domains = np.char.lower(companies.astype(str))
    domains = np.char.add(np.char.replace(domains, " ", "-"), ".example.com").astype(object)
    names = chosen(FIRST_NAMES, first) + "." + chosen(LAST_NAMES, last)
    # Nobody is a lead twice: with the number of the lead, namesakes have addresses of their own.
    own = np.char.replace(leads.lead_id.astype(str), "L-", ".").astype(object)
    emails = np.char.lower(names.astype(str)).astype(object) + own + "@" + domains
    chance = draws.uniform()
    is_unfit, is_given_up = chance < UNFIT_SHARE, chance < UNFIT_SHARE + GIVEN_UP_SHARE
    patience = draws.lognormal(9.0, 0.5) * np.where(is_unfit, 1.0, 4.0)
    known_since = np.where(leads.mql == NEVER, leads.created, leads.mql)
    ended = in_the_office(known_since + seconds(patience))
    disqualified = visible(np.where((leads.sql == NEVER) & is_given_up, ended, NEVER), today)
    reason = np.where(is_unfit, draws.pick(np.ones(len(REASONS))), REASONS.index("No answer"))
    reason = np.where(np.isnat(disqualified), -1, reason)
    return pd.DataFrame(
        {
            "lead_id": leads.lead_id,
            "created_at": visible(leads.created, today),
            "campaign_id": leads.campaign_id,
            "owner": leads.owner,
            "email": emails,
            "company": companies,
            "first_contacted_at": visible(leads.contacted, today),
            "mql_at": visible(leads.mql, today),
            "sql_at": visible(leads.sql, today),
            "disqualified_at": disqualified,
            "disqualified_reason": chosen(REASONS, reason),
            "segment": chosen(SEGMENTS, leads.segment),
            "region": chosen(REGIONS, leads.region),
        }
    )


def touches_table(
    leads: Leads, campaigns: Sequence[Campaign], days: Index, draws: Draws, today: date
) -> pd.DataFrame:
    """The raw table of touches: one at creation, up to five before and after it."""
    ids = [campaign.campaign_id for campaign in campaigns]
    stalled = ids.index(STORIES.stalled_campaign)
    stalled_since = first_second(STORIES.stalled_since(today)) // DAY
    chances = weights(campaigns, days, again=True)
    # Who meets the broken page later on is not recognised there: it gets no further touches.
    chances[days >= stalled_since, stalled] = 0.0
    touches = draws.pick(TOUCH_SHARES)
    has_campaign = leads.campaign >= 0
    who = [np.flatnonzero(has_campaign)]
    when, where = [leads.created[who[0]]], [leads.campaign[who[0]]]
    for number in range(1, len(TOUCH_SHARES)):
        before = np.where(draws.uniform() < 0.4, -1, 1)
        gap = 1 + np.floor(-8.0 * np.log1p(-draws.uniform())).astype(np.int64)
        time = leads.created + before * gap * DAY
        day = time // DAY - days[0]
        met = draws.pick(chances[np.clip(day, 0, len(days) - 1)])
        real = has_campaign & (touches >= number) & (day >= 0) & (day < len(days))
        who.append(np.flatnonzero(real))
        when.append(time[real])
        where.append(met[real])
    lead, time, campaign = (np.concatenate(part) for part in (who, when, where))
    order = np.argsort(time, kind="stable")
    return pd.DataFrame(
        {
            "lead_id": leads.lead_id[lead[order]],
            "campaign_id": chosen(ids, campaign[order]),
            "touched_at": visible(time[order], today),
        }
    )


def activities_table(leads: Leads, draws: Draws, today: date) -> pd.DataFrame:
    """The raw table of contacts by sales: the first, and for most leads some more."""
    time, follow_ups, parts = leads.contacted, draws.pick((0.3, 0.3, 0.2, 0.2)), []
    for number in range(4):
        kind = chosen(CONTACTS, draws.pick((0.35, 0.5, 0.15)))
        happened: Flags = (follow_ups >= number) & (time < _after(today))
        parts.append(
            pd.DataFrame(
                {
                    "lead_id": leads.lead_id[happened],
                    "happened_at": visible(time[happened], today),
                    "kind": kind[happened],
                    "owner": leads.owner[happened],
                }
            )
        )
        time = in_the_office(time + seconds(draws.lognormal(3.0, 0.5)))
    return pd.concat(parts, ignore_index=True).sort_values(
        "happened_at", kind="stable", ignore_index=True
    )


def lead_stages_table(leads: Leads, won: Seconds, today: date) -> pd.DataFrame:
    """The raw table of lifecycle entries; ``won`` is when each lead became a customer."""
    entries = {"lead": leads.created, "mql": leads.mql, "sql": leads.sql, "customer": won}
    parts = []
    for stage, entered in entries.items():
        reached = entered < _after(today)
        times = visible(entered[reached], today)
        parts.append(
            pd.DataFrame({"lead_id": leads.lead_id[reached], "stage": stage, "entered_at": times})
        )
    return pd.concat(parts, ignore_index=True)
