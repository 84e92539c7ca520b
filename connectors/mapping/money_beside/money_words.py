"""The words by which sources say of a row of money that it moved, or that it never did."""

import re

Pattern = re.Pattern[str]

_CANCELLED = (
    r"(?:auto )?cancell?ed|void(?:ed)?|storniert|annulliert|abgesagt|annulée?s?|cancelad[oa]s?"
    r"|anulad[oa]s?|annullat[oa]|stornat[oa]|geannuleerd|anulowan[eyao]|annullere[td]|avbruten"
)
_REJECTED = (
    r"rejected|declined|disapproved|denied|abgelehnt|refusée?s?|rejetée?s?|rechazad[oa]s?"
    r"|rifiutat[oa]|respint[oa]|afgewezen|rejeitad[oa]s?|recusad[oa]s?|odrzucon[eyao]"
)
_PLANNED = (
    r"plan(?:ned|ning)?|scheduled|draft|forecast(?:ed)?|budget(?:ed)?|projected|estimated?"
    r"|expected|proposed|geplant|planung|planwerte?|plankosten|soll(?:werte?|kosten)?|entwurf"
    r"|prognose|hochrechnung|vorschau|geschätzt|erwartet|budgetiert|prévue?s?|planifiée?s?|brouillon"
    r"|prévisions?|prévisionnel(?:le)?s?|budgétée?s?|estimée?s?|previst[oa]s?|planificad[oa]s?"
    r"|presupuest(?:o|ad[oa]s?)|borrador|pron[óo]stico|previsi[óo]n|previsão|previsione|estimad[oa]s?"
    r"|pianificat[oa]|bozza|preventiv(?:o|at[oa])|stimat[oa]|gepland|begroot|begroting|concept"
    r"|verwacht|planejad[oa]s?|planead[oa]s?|orçad[oa]s?|orçamento|rascunho|planowan[eyao]"
    r"|szkic|prognoza|budżet|planera[dt]|planlagt|prognos|utkast|kladde"
)
_REFUNDED = (
    r"(?:fully )?refunded|(?:rück)?erstattet|remboursée?s?|reembolsad[oa]s?|rimborsat[oa]"
    r"|terugbetaald|zwrócon[eyao]|återbetald"
)
_FAILED = (
    r"failed|failure|unsuccessful|expired|abandoned|blocked|fehlgeschlagen|abgelaufen|échouée?s?"
    r"|échec|fallid[oa]s?|fallit[oa]|mislukt|falhou|falhad[oa]|nieudan[eyao]|misslyckad"
)
_UNPAID = (
    r"pending(?: payment)?|payment pending|requires (?:payment method|action|confirmation|capture)"
    r"|incomplete|uncaptured|open|unpaid|not paid|overdue|past due|uncollectible|upcoming|on hold"
    r"|authori[sz]ed|offen|ausstehend|unbezahlt|überfällig|impayée?s?|en attente|pendiente"
    r"|no pagad[oa]|in attesa|non pagat[oa]|openstaand|onbetaald|pendente|oczekując[eya]"
)
_PAID = (
    r"(?:fully )?paid|settled|cleared|posted|booked|bezahlt|gebucht|verbucht|payée?s?|pagad[oa]s?"
    r"|pagat[oa]|pag[oa]|betaald|geboekt|opłacon[eyao]|zapłacon[eyao]|betal(?:t|d)|bogført|bokförd"
)
_SPENT = (
    r"actuals?|invoiced|billed|approved|spent|incurred|reconciled|ist(?:werte?|kosten)?|fakturiert"
    r"|abgerechnet|genehmigt|freigegeben|comptabilisée?s?|réel(?:le)?s?|réalisée?s?|facturée?s?"
    r"|validée?s?|approuvée?s?|contabilizad[oa]s?|real(?:es)?|ejecutad[oa]s?|facturad[oa]s?"
    r"|aprobad[oa]s?|contabilizzat[oa]|consuntiv[oa]|effettiv[oa]|fatturat[oa]|approvat[oa]"
    r"|werkelijk|gerealiseerd|realisatie|realizad[oa]s?|faturad[oa]s?|lançad[oa]s?"
    r"|rzeczywist[eya]|zaksięgowan[eyao]|wykonanie|utfall|faktisk"
)
_RECEIVED = (
    r"succeeded|success(?:ful)?|completed?|captured|received|erfolgreich|eingegangen|abgeschlossen"
    r"|réussie?s?|encaissée?s?|completad[oa]s?|cobrad[oa]s?|completat[oa]|incassat[oa]|voltooid"
    r"|concluíd[oa]s?|recebid[oa]s?|zrealizowan[eyao]|slutförd"
)
_OFFERS = (
    r"angebote?|kostenvoranschl(?:ag|äge)|offerten?|quot(?:e|es|ation|ations)|offers?|estimates?"
    r"|proposals?|devis|presupuestos?|cotización|preventiv[oi]|offertes?|orçamentos?|oferta"
)
_ORDERS = (
    r"auftr(?:ag|äge)|auftragsbestätigung(?:en)?|bestellung(?:en)?|(?:sales |purchase )?orders?|po"
    r"|order confirmations?|commandes?|bons? de commande|pedidos?|ordin[ei]|bestelling(?:en)?"
    r"|encomendas?|zamówieni[ea]"
)
_DELIVERIES = (
    r"lieferscheine?|(?:delivery|dispatch|goods received) notes?|packing slips?|bons? de livraison"
    r"|albar[áa]n(?:es)?|ddt|bolla|pakbon|guia de remessa|pro ?forma(?: ?(?:rechnung|invoice))?"
    r"|(?:facture|factura|fattura|fatura) pro ?forma"
)
_INVOICES = (
    r"(?:eingangs|ausgangs|lieferanten|schluss|teil|abschlags)?rechnung(?:en)?|faktur(?:a|en|y)"
    r"|(?:sales |purchase |supplier |vendor |tax )?invoices?|(?:vendor )?bills?|receipts?|quittung"
    r"|factures?|facturas?|fattur[ae]|facturen|factuur|faturas?"
)
_VERSION = r"(?: (?:q[1-4]|v?\d+))*"
"""``Forecast Q4`` and ``Plan 2026`` are plans, too."""


def _words(*lists: str) -> Pattern:
    return re.compile(f"(?:{'|'.join(lists)}){_VERSION}")


REFUNDED = _words(_REFUNDED)
MOVED = {
    "costs": _words(_PAID, _SPENT),
    "payments": _words(_PAID, _RECEIVED),
    "deals": _words(_PAID, _RECEIVED, "processing|fulfilled|shipped|delivered"),
}
"""By table: its money was spent, received or sold. A campaign may be completed: no cost is."""
NEVER_MOVED = {
    "costs": _words(_CANCELLED, _REJECTED, _PLANNED, _REFUNDED),
    "payments": _words(_CANCELLED, _REJECTED, _PLANNED, _REFUNDED, _FAILED, _UNPAID),
    "deals": _words(_CANCELLED, _REJECTED, _REFUNDED, _FAILED),
}
"""By table: it never moved, or came back. A cost that is unpaid and a deal due later both count."""
PAPERS = tuple(_words(kind) for kind in (_OFFERS, _ORDERS, _DELIVERIES, _INVOICES))
"""The papers of one purchase, in their order: the last one of them that a source has is the sum."""
