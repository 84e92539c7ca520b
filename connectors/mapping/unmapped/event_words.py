"""The words by which logs say what happened, where it is not what their table counts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_MAIL = r"(?:(?:e ?)?mails?|newsletters?|correos?|courriels?)"
_KIND = (
    r"(?:.* )?(?:\w*(?:sub)?typ(?:e|en)?|kind|(?:kontakt|ereignis|aktivitäts|aktions|vorgangs)?art"
    r"|event(?: name)?|ereignis|événement|evento|zdarzenie|gebeurtenis|action|aktion|acción|azione"
    r"|activity|aktivität|activité|actividad|attività|activiteit|engagement|interaction"
    r"|interaktion|tipo|soort|rodzaj)"
)
_STATUS = r"(?:.* )?\w*(?:status|statut|estado|stato)"
_SENT = (
    r"sent|send|mailed|delivered|undelivered|undeliverable|deferred|dropped|suppressed"
    r"|(?:hard |soft |block )?bounce[ds]?(?: hard| soft)?|unsub(?:scribe)?[ds]?|opt(?:ed)? ?out"
    r"|spam(?: report| complaint)?|complain(?:t|ed)|abuse|not (?:sent|delivered|opened)|unopened"
    r"|(?:nicht )?(?:versendet|versandt|gesendet|verschickt|zugestellt)|nicht geöffnet"
    r"|unzustellbar|ungeöffnet|abgemeldet|abbestellt|angeschrieben"
    r"|envoyée?s?|délivrée?s?|livrée?s?|rebond|désabonnée?s?|désinscrite?s?|non ouverte?s?"
    r"|enviad[oa]s?|entregad[oa]s?|entregue|rebotad[oa]s?|rebote|dad[oa] de baja|no abiert[oa]"
    r"|inviat[oa]|consegnat[oa]|rimbalzat[oa]|disiscritt[oa]|verzonden|verstuurd|afgeleverd"
    r"|bezorgd|afgemeld|uitgeschreven|wysłan[eyao]|dostarczon[eyao]|skicka[dt]|levererad|sendt"
)
_SILENT = (
    r"not? (?:response|responded|answer|answered|reply|reaction|interaction|engagement)"
    r"|did not (?:respond|open|reply)|invited|invitation sent|(?:ad |viewable )?impressions?"
    r"|keine (?:reaktion|antwort|rückmeldung)|nicht (?:reagiert|geantwortet)|eingeladen"
    r"|(?:pas de|sans) (?:réponse|réaction)|invitée?s?|sin respuesta|invitad[oa]s?|invitat[oa]"
    r"|nessuna risposta|geen (?:reactie|antwoord)|uitgenodigd|sem resposta|convidad[oa]s?"
    r"|brak odpowiedzi"
)
_OF_ADDRESSES = r"(?:in)?valid|subscribed|confirmed|verified|cleaned|gültig|ungültig|bestätigt"
"""An address that bounced later was one that somebody gave."""
_LEADS_MAIL = (
    rf"{_MAIL} (?:opene?d?s?|click(?:ed|s)?|link clicked|bounced?|unsubscribed?|received|read"
    r"|geöffnet|(?:an)?geklickt|eingegangen|erhalten|ouverte?|cliquée?|reçue?|abierto|recibido"
    r"|aperta|cliccata|ricevuta|geopend|ontvangen|otwart[yao])"
    rf"|(?:opene?d?|click(?:ed)?|received|read|unsubscribed?(?: from)?|incoming|inbound) {_MAIL}"
    rf"|eingehende {_MAIL}|opened|click(?:ed|s)?|links? click(?:ed|s)?|clicked links?|bounced?"
    rf"|unsubscribed?|ouverture (?:de |d |de l )?{_MAIL}|apertura (?:de|del|di) {_MAIL}|clics?"
    r"|link (?:an)?geklickt|abgemeldet"
)
_LEADS_WEB = (
    r"(?:web )?page ?(?:views?|viewed|visit(?:ed|s)?)|viewed (?:web ?)?page"
    r"|web ?site (?:visit(?:ed|s)?|views?)|visit(?:ed)? (?:web ?site|web ?page|page)|web activity"
    r"|(?:web )?forms? (?:submi(?:ssions?|t|tted)|fill(?:s|ed)?(?: out)?|completed|viewed)"
    r"|(?:submitted|fill(?:s|ed)?(?: out)?) (?:a |the |web )?form|chatbot"
    r"|ad (?:clicks?|impressions?)|log ?in"
    r"|(?:(?:content|e ?book|white ?paper|file|asset|pdf|brochure) )?download(?:ed|s)?"
    r"|(?:webinar|event) (?:registration|registered|attend(?:ed|ance)|sign ?up)|sign ?up"
    r"|(?:web)?seiten?(?:aufrufe?|ansicht(?:en)?|besuche?)|(?:web)?seite (?:besucht|aufgerufen)"
    r"|website ?besuche?|formular (?:ausgefüllt|ab(?:geschickt|gesendet)|eingereicht|übermittelt)"
    r"|formular(?:einsendung|übermittlung|eingang)|heruntergeladen|webinar (?:besucht|anmeldung)"
    r"|page (?:vue|visitée)|visite (?:du )?site(?: web)?|formulaire (?:soumis|envoyé|rempli)"
    r"|soumission (?:de |du )?formulaire|téléchargement|vista de página|página vista|descarga"
    r"|envío de formulario|formulario (?:enviado|rellenado)|pagina visitata|modulo (?:inviato"
    r"|compilato)|visualizzazione (?:di )?pagina|paginaweergave|pagina (?:bekeken|bezocht)"
    r"|websitebezoek|formulier (?:ingevuld|verzonden)|odsłona(?: strony)?|wysłanie formularza"
)
_PROGRAMS = (
    r"newsletters?(?: (?:sent|versendet|gesendet|verschickt|geöffnet))?|sent newsletter"
    r"|auto(?:mated|matic|matisch|matique)?(?:e? (?:e ?)?(?:mails?|reply|response|antwort))?"
    r"|autoresponder|(?:marketing|mass|bulk|list|drip|nurtur(?:e|ing)|workflow|system)"
    r" (?:e ?)?mails?(?: sent)?|(?:e ?)?mail campaign|workflow|system|automátic[oa]|infolettre"
    r"|boletín|(?:lead|contact|record) (?:created|imported|merged|assigned)"
    r"|(?:owner|status|stage|score|lifecycle|property|data value) change[ds]?"
    r"|changed? (?:score|data value|owner|status)"
)
_TO_DO = (
    r"not (?:started|done)|to ?do|planned|upcoming|open|deferred|geplant|offen|nicht (?:begonnen"
    r"|erledigt)|zurückgestellt|à faire|prévue?|pendiente|planificad[oa]|da fare|gepland"
)
_DONE = (
    r"complete[d]?|done|finished|closed|erledigt|abgeschlossen|durchgeführt|terminée?|effectuée?"
    r"|hech[oa]|completad[oa]|completat[oa]|fatt[oa]|afgerond|voltooid"
)
_LEFT = (
    r"(?:(?:stage|status|phase) )?(?:left|leaves?|leaving|exit(?:s|ed|ing)?|end(?:s|ed)?|removed?"
    r"|removal|deleted?|out|stop(?:s|ped)?|finish(?:ed)?|verlassen|austritt|ausgetreten|ausgang"
    r"|abgang|ende|beendet|raus|entfernt|gelöscht|quittée?|sorties?|sorti|fin|retirée?|salida|salió"
    r"|abandonad[oa]|eliminad[oa]|uscit[oa]|fine|rimoss[oa]|verlaten|einde|uit|verwijderd|saída"
    r"|saiu|fim|removid[oa]|wyjście|koniec|usunięt[eyao]|opuszczon[eyao])(?: (?:stage|status))?"
    r"|(?:moved|changed) (?:out|from)|from|von"
)
_MOVE = rf"{_KIND}|(?:.* )?(?:direction|richtung|sens|dirección|direzione|richting|change|änderung"
_MOVE += r"|operation|transition|movement|bewegung|vorgang)"


@dataclass(frozen=True)
class Words:
    """What a column of one kind may say of rows that their table does not count.

    values: all of a cell's words. beside: what another value must say, "" for anything. never:
    what no value may say. column: the canonical one that may hold it, though it is mapped.
    counted, so: as in "but counted {counted}" and "If {so}, leave them out".
    """

    headers: str
    values: str
    counted: str
    so: str
    beside: str = ""
    never: str = ""
    column: str = ""

    def says(self, words: str) -> bool:
        """Return whether the words of a cell say so."""
        return bool(re.fullmatch(self.values, words))


@dataclass(frozen=True)
class Flag:
    """A column of yes or no; marks: the rows of no where ``by_no``, else those of yes."""

    headers: str
    by_no: bool
    how: str
    so: str


_ENTRIES = Words(_MOVE, _LEFT, "as entries", "they left the stage")
WORDS: Mapping[str, tuple[Words, ...]] = {
    "touches": (
        Words(
            rf"{_STATUS}|{_KIND}|(?:.* )?(?:response|reaktion|réponse|respuesta|result|ergebnis)",
            rf"(?:{_MAIL} |was )*(?:{_SENT}|{_SILENT})(?: {_MAIL})?",
            "as touches",
            "these people did nothing",
            never=_OF_ADDRESSES,
        ),
    ),
    "activities": (
        Words(
            _KIND,
            f"{_LEADS_MAIL}|{_LEADS_WEB}|{_PROGRAMS}",
            "as contact by sales",
            "the lead or a program did it",
            column="kind",
        ),
        Words(_STATUS, _TO_DO, "as contact by sales", "sales has yet to do it", beside=_DONE),
    ),
    "lead_stages": (_ENTRIES,),
    "deal_stages": (_ENTRIES,),
}
FLAGS: Mapping[str, tuple[Flag, ...]] = {
    "touches": (
        Flag(
            r"(?:has |hat |is )?(?:responded|response|reagiert|geantwortet|opened|geöffnet)",
            by_no=True,
            how="without a response",
            so="these people did nothing",
        ),
    ),
    "activities": (
        Flag(
            r"(?:is |was )?(?:automated|automatic|automatisch)",
            by_no=False,
            how="automated",
            so="no one of sales did it",
        ),
        Flag(
            r"(?:is )?(?:done|completed|closed|erledigt)",
            by_no=True,
            how="not done",
            so="sales has yet to do it",
        ),
    ),
}
OF_OTHERS = re.compile(
    r"\b(?:campaign|lead|contact|deal|account|customer|sync|order|payment|subscription) status"
    r"|(?:kampagnen|kontakt|kunden|bestell|zahlungs|abo)status"
)
"""A status of these is of today, and not of what happened in the row."""
