"""Splits a message into words with spaCy's Dutch rules, without a trained spaCy model.

Rasa's own ``SpacyTokenizer`` needs ``SpacyNLP``, and that needs an installed pipeline; the Dutch ones are not on PyPI.
The tokenizer rules of ``spacy.blank("nl")`` are all we use of it, and they come with spaCy itself.
"""

from __future__ import annotations

from typing import Any

import spacy
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message
from spacy.language import Language

from nlu.unicode import without_surrogates

# The longest message of a channel (docs/contracts.md, section 2); what lies beyond this is never read.
MAX_CHARACTERS = 10_000
# spaCy remembers every string it has seen; a server that runs for months must not grow with them.
MAX_REMEMBERED_STRINGS = 100_000


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class DutchSpacyTokenizer(Tokenizer):
    """Sets ``text_tokens`` of every message: a list of at least one Rasa ``Token`` with offsets into the text."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the options that Rasa's tokenizer base class reads."""
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
        }

    @staticmethod
    def supported_languages() -> list[str]:
        """Return the language codes this component may be used for."""
        return ["nl"]

    @staticmethod
    def required_packages() -> list[str]:
        """Return the packages this component imports."""
        return ["spacy"]

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self._language = spacy.blank("nl")
        self._strings_at_start = len(self._language.vocab.strings)

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Return the tokens of one attribute; a text without words becomes a single token, as elsewhere in Rasa."""
        text = message.get(attribute)
        readable = without_surrogates(text[:MAX_CHARACTERS])
        tokens = [
            Token(text[word.idx : word.idx + len(word.text)], word.idx)
            for word in self._rules().make_doc(readable)
            if not word.is_space
        ]
        return self._apply_token_pattern(tokens or [Token(text, 0)])

    def _rules(self) -> Language:
        if len(self._language.vocab.strings) - self._strings_at_start > MAX_REMEMBERED_STRINGS:
            self._language = spacy.blank("nl")
        return self._language
