"""Won deals that a column calls business of existing customers, but that win a new one here."""

import re

import pyarrow as pa

from connectors.mapping.cells import shown, text_of
from connectors.mapping.header_words import header_words
from connectors.mapping.notes import EXAMPLES, Note
from connectors.mapping.rows.overlaps import sums
from connectors.mapping.unmapped.columns import UnmappedColumns
from kpis.display import listed

_HEADERS = re.compile(
    r"(?:(?:deal|opportunity|order|sales?|business|record|contract|revenue) ?)*"
    r"(?:type|kind|category|pipeline|motion)(?: name)?|(?:new|existing)(?: or | )(?:new|existing)"
    r"|(?:auftrags|geschäfts|vertrags|deal|verkaufs|umsatz)art|(?:deal|auftrags|vertrags)?typ|art"
    r"|type (?:de |d )?(?:affaire|contrat|vente|opportunité)|tipo (?:de |di )?(?:negocio|venta"
    r"|contrato|contratto|vendita|negócio)|soort|rodzaj"
)
_EXISTING = re.compile(
    r"(?:.* )?(?:existing ?(?:business|customers?|clients?|accounts?)|(?:auto )?renewals?|renewed"
    r"|(?:up|cross) ?sell(?:s|ing)?|expansions?|(?:vertrags)?verlängerung(?:en)?"
    r"|bestandskunden?(?:geschäft)?|bestandsgeschäft|folge(?:auftrag|aufträge|geschäft)"
    r"|renouvellements?|clients? existants?|renovaci(?:ón|ones)|clientes? existentes?|rinnov[oi]"
    r"|client[ei] esistent[ei]|verlenging(?:en)?|bestaande klant(?:en)?|renovaç(?:ão|ões)"
    r"|odnowieni[ea])(?: .*)?"
)
_NEW = re.compile(r"\b(?:new|neu\w*|nouve\w*|nuev\w*|nuov\w*|nieuw\w*|nov\w*|no|non?)\b")


def kinds_of(columns: UnmappedColumns) -> "pa.Array[pa.Scalar] | None":
    """Return what each loaded deal is called that is of an existing customer, null for others.

    As in ``'renewal' in 'Deal Type'``. None where no unmapped column calls any so.
    """
    if columns.table != "deals":
        return None
    for at, header in columns.headed(_HEADERS):
        cells = columns.cells(at)
        texts = [text_of(value) for value in cells.values]
        named = [f"'{text}' in '{header}'" if _is_existing(text) else None for text in texts]
        if any(named):
            return cells.in_rows(pa.array(named, pa.string()))
    return None


def _is_existing(text: str) -> bool:
    words = header_words(text)
    return _EXISTING.fullmatch(words) is not None and not _NEW.search(words)


def sold_before_notes(deals: pa.Table, kinds: "pa.Array[pa.Scalar]") -> list[Note]:
    """Return a doubt on deals of existing customers whom no earlier won deal has won.

    deals: all parts put together. kinds: see :func:`kinds_of`. A deal without a customer is its
    lead's, without a lead one of its own.
    """
    won = deals.to_pandas().assign(kind=kinds.to_pandas())
    won = won[(won["status"] == "won").to_numpy()]
    who = won["customer_id"].fillna(won["lead_id"]).fillna(won["deal_id"])
    first = won.assign(who=who).sort_values(["closed_at", "deal_id"]).drop_duplicates("who")
    found = first[first["kind"].notna()]
    if not len(found):
        return []
    called = listed(found["kind"].drop_duplicates().head(EXAMPLES).tolist())
    return [
        Note(
            table="deals",
            column="",
            rows=len(found),
            what=f"are called {called}, which is not mapped, but no earlier deal of the customer "
            f"is won{sums(found)}",
            examples=tuple(shown(str(id_)) for id_ in found["deal_id"].head(EXAMPLES)),
            remedy="Each counts as a new customer, so customers are too many, and CAC is too low: "
            "add the deals that won them, or leave these out with a query.",
            is_doubt=True,
        )
    ]
