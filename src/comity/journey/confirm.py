"""Owns the one text that answers STOP, START or HELP; must not know how it is kept or sent.

Whoever asked to be left alone gets a single word that it was heard (CTIA Messaging
Principles, 5.1.3), from the number they wrote to, at nobody's cost, past the opt-out it
confirms.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID

import msgspec

from comity.consent.replies import Intent
from comity.countries import country as country_record
from comity.journey.notify import InboundMessage
from comity.journey.ports import AcceptedRow
from comity.journey.prepare import Readings
from comity.messages.life import State
from comity.messages.submission import Category, Door
from comity.messages.verdict import Action, Finding, Verdict
from comity.sms.segment import plan

Asked = Intent | Literal["category"]
"""What is answered: an intent, or a stop to promotion alone."""
RULE: Final = "opt_out_confirmation"
CLAUSE: Final = "P4"
_LONGEST_NAME: Final = 40
_DEFAULT_LANGUAGE: Final = "en"
_TEXTS: Final[dict[str, dict[Asked, str]]] = {
    "en": {
        "stop": "{name}: you will get no more messages from us. Reply START to get them again.",
        "category": "{name}: you will get no more advertising from us. Reply STOP to get no messages at all.",
        "start": "{name}: you will get our messages again. Reply STOP to end them.",
        "help": "This number is used by {name}. Reply STOP to get no more messages.",
    },
    "nl": {
        "stop": "{name}: u krijgt geen berichten meer van ons. Antwoord START om ze weer te krijgen.",
        "category": "{name}: u krijgt geen reclame meer van ons. Antwoord STOP om helemaal geen berichten te krijgen.",
        "start": "{name}: u krijgt onze berichten weer. Antwoord STOP om te stoppen.",
        "help": "Dit nummer is in gebruik bij {name}. Antwoord STOP om geen berichten meer te krijgen.",
    },
    "fr": {
        "stop": "{name}: vous ne recevrez plus nos messages. Répondez START pour les recevoir à nouveau.",
        "category": "{name}: vous ne recevrez plus nos publicités. Répondez STOP pour ne plus recevoir aucun message.",
        "start": "{name}: vous recevrez à nouveau nos messages. Répondez STOP pour les arrêter.",
        "help": "Ce numéro est utilisé par {name}. Répondez STOP pour ne plus recevoir de messages.",
    },
    "de": {
        "stop": "{name}: Sie erhalten keine Nachrichten mehr von uns. Mit START erhalten Sie sie wieder.",
        "category": "{name}: Sie erhalten keine Werbung mehr von uns. Mit STOP endet alles.",
        "start": "{name}: Sie erhalten unsere Nachrichten wieder. Mit STOP beenden Sie das.",
        "help": "Diese Nummer wird von {name} genutzt. Mit STOP erhalten Sie keine Nachrichten mehr.",
    },
    "es": {
        "stop": "{name}: no recibirá más mensajes nuestros. Responda START para recibirlos de nuevo.",
        "category": "{name}: no recibirá más publicidad nuestra. Responda STOP para no recibir ningún mensaje.",
        "start": "{name}: volverá a recibir nuestros mensajes. Responda STOP para no recibirlos.",
        "help": "Este número lo utiliza {name}. Responda STOP para no recibir más mensajes.",
    },
    "it": {
        "stop": "{name}: non riceverà più nostri messaggi. Risponda START per riceverli di nuovo.",
        "category": "{name}: non riceverà più nostra pubblicità. Risponda STOP per non ricevere alcun messaggio.",
        "start": "{name}: riceverà di nuovo i nostri messaggi. Risponda STOP per non riceverli.",
        "help": "Questo numero è usato da {name}. Risponda STOP per non ricevere altri messaggi.",
    },
}


class Confirmation(msgspec.Struct, frozen=True, gc=False):
    """What to answer whom: the message, what it asked for, the account's name, the person's country."""

    message: InboundMessage
    intent: Asked
    name: str
    country: str


def text_for(intent: Asked, name: str, country: str) -> str:
    """The answer in the first language of the country that there is a text in, else in English."""
    record = country_record(country)
    languages = (*(record.languages if record else ()), _DEFAULT_LANGUAGE)
    texts = next(_TEXTS[language] for language in languages if language in _TEXTS)
    return texts[intent].format(name=name[:_LONGEST_NAME])


def confirmation(answer: Confirmation, message_id: UUID, readings: Readings, now: datetime) -> AcceptedRow:
    """The message that answers, free of charge; its `reference` is the intent."""
    message = answer.message
    planned = plan(text_for(answer.intent, answer.name, answer.country), transliterate=True)
    return AcceptedRow(
        account_id=message.account_id,
        id=message_id,
        door=Door.OPT_OUT,
        sender=message.receiver,
        recipient=message.sender,
        country=answer.country,
        category=Category.TRANSACTIONAL,
        text=planned.text,
        encoding=planned.encoding.value,
        parts=planned.parts,
        reference=answer.intent,
        due_at=now,
        receipt=False,
        validity_s=None,
        micro_credits=0,
        text_key=0,
        similarity=None,
        action=Action.ALLOW.word,
        verdict=_verdict(readings),
        system_id=None,
        state=State.QUEUED,
        route_prefix=readings.routes.prefix_of(message.sender),
        scheduled=False,
    )


def _verdict(readings: Readings) -> str:
    policy = readings.policy.policy
    finding = Finding(
        rule=RULE,
        clauses=(CLAUSE,),
        action=Action.ALLOW.word,
        sentence="It answers a person who asked to stop, to start again, or for help.",
    )
    facts: dict[str, Any] = {}
    verdict = Verdict(
        action=Action.ALLOW.word,
        findings=(finding,),
        results={RULE: "hit"},
        policy=policy.document.version,
        digest=policy.digest,
        facts=facts,
    )
    return msgspec.json.encode(verdict).decode()
