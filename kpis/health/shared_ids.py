"""An id on an unlikely share of won deals: a placeholder that makes strangers one customer."""

from collections.abc import Collection
from dataclasses import replace

import ibis
import ibis.expr.types as ir

from kpis.health.checks import Check
from kpis.health.marked_values import MarkedValues, marked

MIN_DEALS, MIN_SHARE, MIN_OF = 3, 0.2, 5
"""One id is unlikely on this many won deals, that share of them, and of no fewer with an id."""
PLACEHOLDER_DEALS = 2
"""An id that reads like none is doubted from this many won deals, whatever the others do."""
_MARKS = r"[[:punct:]\s]"
_PLACEHOLDER = (
    rf"(?i)^{_MARKS}*("
    r"0+|-1|9{5,}|[0-]{36}|none|no|not? (known|set|assigned|given|available|applicable)|n[./]?a|"
    r"null|nil|unknown|unbekannt|inconnu|desconocido|sconosciuto|kein(e|er)?|ohne|"
    r"(nicht|keine) (bekannt|angegeben|angabe)|ikke (oppgitt|angivet|angitt)|ej angivet|"
    r"brak( danych)?|nie podano|nincs( adat)?|nespecifikov[aá]no|neuvedeno|nessuno|ninguno|nenhum|"
    r"non (disponi?bile?|renseign[ée]|specificato)|(no|não) (disponible|especificado|informado)|"
    r"sin (datos?|especificar)|sem dados|aucune?|geen|ingen|niet (bekend|opgegeven)|"
    r"unassigned|(nicht|keine) zu(geordnet|ordnung)|non (attribué|assegnato)|sin asignar|"
    r"missing|fehlt|manquant|deleted|gelöscht|supprimée?|redacted|anonym(ous)?|anonymi[sz]ed|"
    r"guest|gast|invité|walk-? ?in|laufkundschaft|bar(verkauf|zahler)|divers[e]?|sonstige|"
    r"miscellaneous|other|direct|einmalkunde|error|undefined|false|void|"
    r"dummy|tb[ad]|(no|kein|unknown|unbekannter?|dummy|test)[ _-]*"
    r"(account|customer|company|lead|kunde|konto|kundenkonto|firma|contact)|"
    rf"(customer|lead|account|contact|company|kunden?)[ _.-]?(id|nr|no|number|nummer)?|){_MARKS}*$"
)
"""Words, what a program was to fill in (``{{customer.id}}``), or marks alone."""
_MOST_OTHERS = 1.5
"""Won deals per id among the others: where customers often buy again, nothing is unlikely."""


def _check(key: str, one: str, effect: str) -> Check:
    return Check(
        key,
        "deals",
        f"won deals with a {one}",
        f"shared one {one}'s id, which reads like none or is on an unlikely share of them",
        f"If the id is a placeholder, {effect}",
        f"Leave {one}s that are not known blank, or name the placeholder in blanks of "
        "[tables.deals]. If the deals do belong together, nothing is wrong.",
        "doubt",
        (f"deals.{one}_id",),
    )


SHARED_CHECKS = (
    _check(
        "deals_share_customer",
        "customer",
        "they are different customers: customers are too few, and CAC is too high.",
    ),
    _check(
        "deals_share_lead",
        "lead",
        "their customers came from no known lead: conversion and the campaigns' shares are off.",
    ),
)


def shared_ids(keys: Collection[str], deals: ir.Table) -> list[MarkedValues]:
    """Return the ids of the won deals that the checks asked, by ``keys``, mark."""
    return [_shared(check, deals) for check in SHARED_CHECKS if check.key in keys]


def _shared(check: Check, deals: ir.Table) -> MarkedValues:
    column = check.needs[0].removeprefix("deals.")
    is_named = (deals.status == "won") & deals[column].notnull()
    ids = deals.filter(is_named).group_by(value=column).agg(times=ibis._.count())
    everywhere = ibis.window()
    of, known = ids.times.sum().over(everywhere), ids.value.count().over(everywhere)
    ids = ids.mutate(of=of, known=known)
    is_unlikely = (
        (ids.times >= MIN_DEALS)
        & (ids.of >= MIN_OF)
        & (ids.times >= MIN_SHARE * ids.of)
        & (ids.of - ids.times <= _MOST_OTHERS * (ids.known - 1))
    )
    is_placeholder = ids.value.re_search(_PLACEHOLDER) & (ids.times >= PLACEHOLDER_DEALS)
    ids = ids.filter(is_unlikely | is_placeholder)
    found = marked(column, check.key, ids, ids.value)
    return replace(found, counted=lambda rows: rows.status == "won")
