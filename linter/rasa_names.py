"""Names that Rasa 3.6 brings along (`rasa.shared.core.constants`); importing them from there takes ten seconds."""

from __future__ import annotations

RASA_INTENTS = frozenset({"nlu_fallback", "restart", "back", "out_of_scope", "session_start"})
RASA_ACTIONS = frozenset(
    {
        "action_listen",
        "action_restart",
        "action_session_start",
        "action_default_fallback",
        "action_deactivate_loop",
        "action_revert_fallback_events",
        "action_default_ask_affirmation",
        "action_default_ask_rephrase",
        "action_back",
        "action_two_stage_fallback",
        "action_unlikely_intent",
        "action_extract_slots",
        "action_validate_slot_mappings",
    }
)
RASA_SLOTS = frozenset({"requested_slot"})
