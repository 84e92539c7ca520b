"""Costs whose campaign is the label of a figure about them: what is left of a budget, a mean."""

import re
from collections.abc import Mapping
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from connectors.mapping.header_words import header_words
from connectors.mapping.notes import EXAMPLES, Note
from connectors.mapping.rows.overlaps import shown_rows, sums
from kpis.definitions import Company

_BUDGET = (
    r"(?:(?:total|monthly|annual|yearly|quarterly|weekly|daily|planned|approved|open|unspent|left"
    r"|original|initial|overall) )*budgets?"
    r"(?: (?:total|remaining|left|available|open|rest|plan|\d+))*"
    r"|(?:gesamt|jahres|monats|quartals|rest|plan)budget|(?:verfügbares|offenes) budget"
    r"|presupuesto(?: restante| total)?|budget (?:restant|residuo|total|rimanente)|budżet"
    r"|(?:resterend|totaal) budget|orçamento(?: restante)?|pozostały budżet"
)
_LEFT = (
    r"remaining(?: (?:budget|spend|amount|balance|funds))?|(?:spend|amount) (?:remaining|left)"
    r"|left ?over|unspent|restbetrag|restmittel|verbleibend\w*(?: (?:budget|betrag))?"
    r"|(?:noch )?verfügbar|restant|reste(?: à dépenser)?|restante|residuo|rimanente|resterend"
    r"|pozostało"
)
_PLAN = (
    r"forecasts?(?: (?:spend|costs?|total|q[1-4]|\d+))*|projections?"
    r"|projected(?: (?:spend|costs?|total))?"
    r"|planned(?: (?:spend|costs?))?|plan(?:kosten|werte?)?|soll|prognosen?|hochrechnung"
    r"|prévisions?|previsi(?:ón|one|oni)|previsão|prognoza|variance|difference|differenz|abweichung"
    r"|écart|diferencia|scostamento"
)
_MEAN = (
    r"(?:daily |weekly |monthly )?(?:average|avg|mean|ø|durchschnitt|mittelwert|moyenne|promedio"
    r"|gemiddelde)(?: (?:spend|costs?|kosten))?(?: (?:per|pro|je|par|por|al|a) \w+)?"
    r"|(?:share |percent |percentage )?of (?:the )?(?:grand )?total|(?:spend|costs?) per \w+"
    r"|kosten pro \w+|anteil(?: (?:am|an) (?:gesamt|summe|total))?|(?:vom|in) (?:gesamt|prozent)"
)
_LABEL = re.compile("|".join((_BUDGET, _LEFT, _PLAN, _MEAN)))
_AT_MOST = 0.5
"""A label on more of the costs is the name that they have."""


def planned_notes(frames: Mapping[str, pa.Table], company: Company, day: date) -> list[Note]:
    """Return a doubt on costs whose campaign reads like a budget, a plan or a mean of the rows.

    frames: the loaded tables. A name that a lead, a touch or the table of campaigns has is one.
    """
    if "costs" not in frames:
        return []
    costs = frames["costs"]
    names = [name for name in pc.unique(costs["campaign_id"]).to_pylist() if name is not None]
    labels = [name for name in names if _LABEL.fullmatch(header_words(name))]
    for table in ("leads", "touches", "campaigns") if labels else ():
        if table in frames:
            known = pc.unique(frames[table]["campaign_id"]).to_pylist()
            labels = [name for name in labels if name not in known]
    is_labelled = pc.is_in(costs["campaign_id"], pa.array(labels, pa.string()))
    found = costs.filter(pc.and_(is_labelled, pc.not_equal(costs["amount"], 0)))
    if not found.num_rows or found.num_rows > _AT_MOST * costs.num_rows:
        return []
    rows = found.to_pandas()
    return [
        Note(
            table="costs",
            column="",
            rows=len(rows),
            what="have a campaign that no lead has and that reads like a figure about the costs"
            + sums(rows),
            examples=tuple(shown_rows("costs", rows.head(EXAMPLES))),
            remedy="If nothing was spent there, take them out of the source.",
            is_doubt=True,
        )
    ]
