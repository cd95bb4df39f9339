"""What `domain.yml` defines."""

from __future__ import annotations

from dataclasses import dataclass, field

from linter.values import Value


@dataclass(frozen=True)
class Intent:
    """An intent. `offer: false` keeps it from the buttons of the clarifying question."""

    name: str
    place: Value
    properties: Value | None

    @property
    def title(self) -> Value | None:
        """The name for people."""
        return self._property("title")

    @property
    def purpose(self) -> Value | None:
        """Why customers come with it, and so what to do about it."""
        return self._property("purpose")

    @property
    def about(self) -> Value | None:
        """What belongs to it, and what to another intent."""
        return self._property("about")

    @property
    def offer(self) -> Value | None:
        """Whether it is a topic to offer to a customer; by default it is."""
        return self._property("offer")

    @property
    def is_topic(self) -> bool:
        """Whether customers can be offered this intent as a topic."""
        return self.offer is None or self.offer.boolean is not False

    def _property(self, name: str) -> Value | None:
        return self.properties.get(name) if self.properties else None


@dataclass(frozen=True)
class Variation:
    """One wording of a response."""

    place: Value

    @property
    def text(self) -> Value | None:
        """The wording."""
        return self.place.get("text")

    @property
    def metadata(self) -> Value | None:
        """Owner and review date."""
        return self.place.get("metadata")

    @property
    def buttons(self) -> list[Value]:
        """The buttons under the text."""
        buttons = self.place.get("buttons")
        return buttons.items() if buttons else []


@dataclass(frozen=True)
class Response:
    """An answer with its wordings."""

    name: str
    place: Value
    variations: list[Variation]


@dataclass(frozen=True)
class Form:
    """A form: `place` is its name, `slots` are the slots that it asks."""

    name: str
    place: Value
    ignored_intents: Value | None
    slots: list[Value]


@dataclass(frozen=True)
class Domain:
    """The parts of `domain.yml`, by name."""

    intents: dict[str, Intent] = field(default_factory=dict)
    entities: frozenset[str] = frozenset()
    slots: dict[str, Value] = field(default_factory=dict)
    forms: dict[str, Form] = field(default_factory=dict)
    actions: dict[str, Value] = field(default_factory=dict)
    responses: dict[str, Response] = field(default_factory=dict)
    content: Value | None = None


def read(content: Value | None) -> Domain:
    """Take a domain apart; an empty one when there is no file."""
    if content is None:
        return Domain()
    return Domain(
        intents={
            key.text: Intent(key.text, key, properties) for key, properties in _named(content.get("intents"))
        },
        entities=frozenset(key.text for key, _ in _named(content.get("entities"))),
        slots={key.text: value for key, value in _pairs(content.get("slots"))},
        forms={key.text: _form(key, value) for key, value in _pairs(content.get("forms"))},
        actions={key.text: key for key, _ in _named(content.get("actions"))},
        responses={
            key.text: Response(key.text, key, [Variation(item) for item in value.items()])
            for key, value in _pairs(content.get("responses"))
        },
        content=content,
    )


def _form(name: Value, value: Value) -> Form:
    required = value.get("required_slots")
    return Form(name.text, name, value.get("ignored_intents"), required.items() if required else [])


def _named(listed: Value | None) -> list[tuple[Value, Value | None]]:
    """The entries of a list whose elements are a name, or a name with properties."""
    entries: list[tuple[Value, Value | None]] = []
    for item in listed.items() if listed else []:
        entries += item.pairs() or [(item, None)]
    return entries


def _pairs(mapping: Value | None) -> list[tuple[Value, Value]]:
    return mapping.pairs() if mapping else []
