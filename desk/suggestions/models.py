"""An index of solved tickets by the words of their customers, the same on every database."""

from __future__ import annotations

from django.db import models

from tickets.models import Ticket

LONGEST_WORD = 32


class SolvedTicket(models.Model):
    """A ticket whose customer's words are in the index.

    Attributes:
        length: how many words that are; 0 for a ticket with nothing to find, so that it is not looked at again.
        closed_at: of the ticket when it was indexed; one that was opened and closed again since is indexed anew.
    """

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, primary_key=True, related_name="+")
    length = models.PositiveIntegerField()
    closed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"words of {self.ticket_id}"


class Word(models.Model):
    """How often a word's stem was used in one solved ticket."""

    solved = models.ForeignKey(SolvedTicket, on_delete=models.CASCADE, related_name="words", db_index=False)
    stem = models.CharField(max_length=LONGEST_WORD)
    count = models.PositiveSmallIntegerField()

    class Meta:
        indexes = [
            # Newest first: what is found costs a bounded stretch of this index, however many tickets there are.
            models.Index(fields=["stem", "-solved", "count"], name="word_in_solved_tickets"),
            models.Index(fields=["solved"], name="words_of_solved_ticket"),
        ]

    def __str__(self) -> str:
        return f"{self.stem} in {self.solved_id}"
