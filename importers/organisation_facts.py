"""Puts the facts of `organisation.yml` into the trained model as slots with a fixed value.

Why an importer: the last-resort answers (phone, e-mail, opening hours) must be static responses, because they are
said when the action server is down. Rasa fills `{organisation_phone}` in a response from a slot, so the facts become
slots whose initial value is the fact, and `organisation.yml` stays the only place where they stand.
"""

from __future__ import annotations

from rasa.shared.core.domain import Domain
from rasa.shared.importers.rasa import RasaFileImporter

from importers.organisation import FACTS, load_organisation, opening_hours_in_words


class OrganisationFacts(RasaFileImporter):
    """Rasa's own file importer, plus one slot `organisation_<fact>` per fact."""

    def get_domain(self) -> Domain:
        """The project's domain with the organisation's facts added as slots.

        Raises:
            OrganisationError: `organisation.yml` cannot be used; training stops with that sentence.
        """
        facts = load_organisation()
        values = {f"organisation_{name}": facts.get(name, "") for name in FACTS}
        values["organisation_opening_hours"] = opening_hours_in_words(facts["opening_hours"])
        slots = {
            name: {
                "type": "any",
                "initial_value": value,
                "influence_conversation": False,
                # A custom mapping without an action: no customer message can ever overwrite the fact.
                "mappings": [{"type": "custom"}],
            }
            for name, value in values.items()
        }
        return super().get_domain().merge(Domain.from_dict({"slots": slots}))
