"""A desk as after a busy morning. Run inside the desk (`manage.py shell`): it makes what the pages show."""

from datetime import timedelta

from canned.models import CannedReply
from closing.ending import Ending
from closing.models import Cause, Outcome
from conversations.models import Conversation, Sender
from conversations.store import add, begin
from django.utils import timezone
from employees.models import Employee
from employees.roles import Role, give_roles
from figures import collect
from notes.services import add_note
from organisation.loader import current
from outbox.models import Delivery, DeliveryKind, DeliveryState, DestinationName
from satisfaction.question import rate
from tags.models import Tag
from tags.services import add_tag
from tickets.callback import next_slots
from tickets.details import Details, add_details
from tickets.facts import TicketFacts
from tickets.models import Reason, Ticket
from tickets.services import close, open_ticket, reply, take_over
from tickets.snooze import snooze
from understanding.models import Understanding

sanne = Employee.objects.get(username="sanne")
tom = Employee.objects.get(username="tom")
give_roles(sanne, [Role.EMPLOYEE, Role.SUPERVISOR, Role.ADMINISTRATOR])
now = timezone.now()


def asks(
    text: str,
    intent: str,
    reason: Reason = Reason.REQUESTED,
    minutes: int = 3,
    answers: tuple[str, ...] = (),
    entities: dict[str, str] | None = None,
    verified: dict[str, str] | None = None,
) -> Ticket:
    """A customer who asked this some minutes ago, got these answers of the assistant, and waits for a person."""
    conversation = begin("web")
    said = add(conversation, Sender.CUSTOMER, text)
    Understanding.objects.create(message=said, intent=intent)
    for answer in answers:
        add(conversation, Sender.ASSISTANT, answer, in_reply_to=said)
    facts = TicketFacts(intent=intent, entities=entities or {}, verified=verified)
    ticket, _ = open_ticket(Conversation.objects.get(pk=conversation.pk), reason, facts=facts)
    Ticket.objects.filter(pk=ticket.pk).update(queued_at=now - timedelta(minutes=minutes))
    return ticket


for text, intent, outcome, score in (
    ("Mijn factuur van oktober klopt niet.", "invoice_dispute", Outcome.SOLVED, 5),
    ("Ik wil mijn abonnement overzetten op mijn dochter.", "change_subscription", Outcome.REFERRED, 4),
    ("Waar blijft mijn pakket?", "track_order", Outcome.NOT_SOLVED, 2),
    ("Kan ik mijn bestelling ruilen voor een andere maat?", "exchange_item", Outcome.SOLVED, 4),
):
    ended = asks(text, intent, minutes=2)
    take_over(ended.pk, tom)
    reply(ended.pk, tom, "Goedemorgen, ik zoek het voor u uit.", f"begin-{ended.pk}")
    close(ended.pk, tom, Ending(outcome=outcome, cause=Cause.objects.first()))
    rate(ended.conversation_id, ended.number, score, "Snel en vriendelijk geholpen." if score > 3 else "")

asks("Ik ruik gas in de meterkast, wat moet ik doen?", "emergency", Reason.VULNERABLE, minutes=1)
asks("Mijn pakket zou gisteren komen en de bezorger is niet geweest.", "delivery_problem", minutes=7)
asks("Ik heb al drie keer hetzelfde uitgelegd!", "complaint", Reason.FRUSTRATED, minutes=12)
asks("Hoe zeg ik het abonnement van mijn vader op? Hij is vorige week overleden.", "bereavement", minutes=4)

callers = (
    ("Belt u mij over de reparatie van mijn koffiezetapparaat?", "warranty_repair", "+31612345678"),
    ("Ik heb twee keer betaald voor dezelfde bestelling.", "double_charge", "+31201234567"),
)
for (text, intent, phone), slot in zip(callers, next_slots(current().opening_hours, now), strict=False):
    call = asks(text, intent, minutes=20)
    add_details(call.pk, Details(phone=phone, wish="call_back", callback=slot))

later = asks("Komt de leverancier nog met een nieuw onderdeel voor mijn lamp?", "warranty_repair", minutes=30)
take_over(later.pk, sanne)
snooze(later.pk, sanne, now + timedelta(days=2), "Wacht op de leverancier")

mine = asks(
    "Mijn koffiezetapparaat lekt sinds de reparatie, wat nu?",
    "warranty_repair",
    Reason.DECISION_NEEDS_A_PERSON,
    minutes=5,
    answers=(
        "Op uw koffiezetapparaat zit garantie tot en met 14 maart 2027.",
        "Het is al eens gerepareerd. Of het nu wordt vervangen, beslist een medewerker. Ik heb een ticket voor u gemaakt.",
    ),
    entities={"order_number": "400123456"},
    verified={"order_number": "400123456", "postcode": "3511 AB"},
)
take_over(mine.pk, sanne)
reply(mine.pk, sanne, "Goedemorgen, wat vervelend. Sinds wanneer lekt het?", "first")
add(Conversation.objects.get(pk=mine.conversation_id), Sender.CUSTOMER, "Sinds vanochtend, er ligt een plas.")
add_note(
    mine.pk,
    sanne,
    "Is op 12 november gerepareerd door de leverancier. Staat al klaar om te vervangen.",
    "note",
)
for name in ("Garantie", "Reparatie"):
    add_tag(mine.pk, sanne, Tag.objects.get_or_create(name=name)[0])
Delivery.objects.create(
    destination=DestinationName.ZAMMAD,
    kind=DeliveryKind.CHANGE,
    ticket=mine,
    entry=mine.history.first(),
    state=DeliveryState.FAILED,
    attempts=6,
    problem="refused",
    problem_detail="422",
)
CannedReply.objects.create(title="Ik zoek het uit", text="Ik zoek het voor u uit, {klant}. Een ogenblik.")
CannedReply.objects.create(owner=sanne, title="Groet", text="Met vriendelijke groet, Sanne")
collect.collect(20, timezone.now())
collect.count_conversations()
