"""The second opinion on "does this message ask for a human?": a detector of its own, and the Rasa component around it.

``asks_for_human`` needs neither Rasa nor TensorFlow, so both names are only imported when they are used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nlu.human_request.component import HumanRequestDetector
    from nlu.human_request.detector import HumanRequest, asks_for_human, refuses_human

__all__ = ["HumanRequest", "HumanRequestDetector", "asks_for_human", "refuses_human"]

_MODULES = {
    "HumanRequest": "nlu.human_request.detector",
    "HumanRequestDetector": "nlu.human_request.component",
    "asks_for_human": "nlu.human_request.detector",
    "refuses_human": "nlu.human_request.detector",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)
