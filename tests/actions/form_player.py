"""Plays a form with the real actions and the real domain, as Rasa does, without a trained model.

What a message is classified as is given; what it holds the real extractor finds. Slots are filled by the domain's mappings.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from nlu.entities.extract import extract

ROOT = Path(__file__).resolve().parents[2]
DOMAIN: dict[str, Any] = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))


class FormPlayer:
    """One customer and one or more forms, one after the other.

    Attributes:
        slots: what the assistant remembers.
        form: the name of the form that is asking, or None.
        metadata: what the desk sends along with each message.
    """

    def __init__(self, actions: list[Action], submit: dict[str, str]) -> None:
        """Take the actions, by their own names, and per form the action that ends it."""
        self.slots: dict[str, Any] = {
            name: slot.get("initial_value") for name, slot in DOMAIN["slots"].items()
        }
        self.slots["requested_slot"] = None
        self.form: str | None = None
        self.metadata: dict[str, Any] = {}
        self._actions = {action.name(): action for action in actions}
        self._submit = submit
        self._events: list[dict[str, Any]] = []
        self._latest: dict[str, Any] = {}
        self._dispatcher = CollectingDispatcher()

    async def starts(self, form: str, intent: str, text: str = "", **entities: str) -> list[dict[str, Any]]:
        """The message that begins a form; what the assistant says."""
        self._hear(intent, text, entities)
        self.form = form
        self._events.append({"event": "active_loop", "name": form})
        # Rasa validates what is there when the form is activated, and again before it asks.
        await self._validate()
        if self.slots["requested_slot"] is not None:
            await self._validate()
        return await self._go_on()

    async def says(self, intent: str, text: str = "", **entities: str) -> list[dict[str, Any]]:
        """A message to the form that is asking; what the assistant says. Nothing when the form steps aside for it."""
        self._hear(intent, text, entities)
        asked = dict(self.slots)
        events = await self._validate()
        filled = [
            event for event in events if event.get("event") == "slot" and event["name"] != "requested_slot"
        ]
        if not filled and self.slots["requested_slot"] == asked["requested_slot"]:
            return []
        return await self._go_on()

    def stops(self) -> None:
        """Leave the form, as the rule for `stop` does."""
        self.form, self.slots["requested_slot"] = None, None
        self._events.append({"event": "active_loop", "name": None})

    def _hear(self, intent: str, text: str, entities: dict[str, str]) -> None:
        found = [{"entity": name, "value": value} for name, value in entities.items()]
        found += [{"entity": each.entity, "value": each.value} for each in extract(text)]
        self._latest = {"intent": {"name": intent}, "entities": found, "text": text or f"/{intent}"}
        self._latest["metadata"] = self.metadata
        self._dispatcher = CollectingDispatcher()
        self._events.append({"event": "user", "text": text, "parse_data": self._latest})
        self._events.append({"event": "action", "name": "action_extract_slots"})
        for name, slot in DOMAIN["slots"].items():
            for mapping in slot["mappings"]:
                value = self._mapped(name, mapping)
                if value is not None:
                    self._apply([{"event": "slot", "name": name, "value": value}])
                    break

    def _mapped(self, slot: str, mapping: dict[str, Any]) -> Any:
        intent = self._latest["intent"]["name"]
        only, excluded = mapping.get("intent"), mapping.get("not_intent") or []
        if only and intent not in ([only] if isinstance(only, str) else only):
            return None
        ignored = (
            DOMAIN["forms"][self.form]["ignored_intents"] if self.form and mapping.get("conditions") else []
        )
        if intent in excluded or intent in ignored or not self._conditions_hold(mapping):
            return None
        if mapping["type"] == "from_entity":
            values = [
                each["value"] for each in self._latest["entities"] if each["entity"] == mapping["entity"]
            ]
            return values if len(values) > 1 else next(iter(values), None)
        if mapping["type"] == "from_intent":
            return mapping["value"]
        return self._latest["text"] if mapping["type"] == "from_text" else None

    def _conditions_hold(self, mapping: dict[str, Any]) -> bool:
        conditions = mapping.get("conditions")
        return not conditions or any(
            each.get("active_loop") == self.form
            and each.get("requested_slot", self.slots["requested_slot"]) == self.slots["requested_slot"]
            for each in conditions
        )

    async def _validate(self) -> list[dict[str, Any]]:
        events = await self._run(f"validate_{self.form}")
        if not any(event.get("name") == "requested_slot" for event in events):
            required = DOMAIN["forms"][str(self.form)]["required_slots"]
            self.slots["requested_slot"] = next((slot for slot in required if self.slots[slot] is None), None)
        return events

    async def _go_on(self) -> list[dict[str, Any]]:
        slot, form = self.slots["requested_slot"], str(self.form)
        if slot is None:
            self.stops()
            await self._run(self._submit[form])
        elif f"action_ask_{slot}" in self._actions:
            await self._run(f"action_ask_{slot}")
        else:
            names = [f"utter_ask_{form}_{slot}", f"utter_ask_{slot}"]
            self._dispatcher.utter_message(
                response=next(name for name in names if name in DOMAIN["responses"])
            )
        return self._dispatcher.messages

    async def _run(self, name: str) -> list[dict[str, Any]]:
        loop = {"name": self.form} if self.form else {}
        tracker = Tracker(
            "c1", dict(self.slots), self._latest, list(self._events), False, None, loop, "action_listen"
        )
        events = [dict(event) for event in await self._actions[name].run(self._dispatcher, tracker, DOMAIN)]
        self._apply(events)
        return events

    def _apply(self, events: list[dict[str, Any]]) -> None:
        self._events += events
        self.slots.update({event["name"]: event["value"] for event in events if event.get("event") == "slot"})


def responses(messages: list[dict[str, Any]]) -> list[str]:
    """The names of what the assistant said, in order."""
    return [message["response"] for message in messages]
