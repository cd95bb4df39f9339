"""What the custom actions are called and which responses they say, read from their source without running it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

# `utter_action` is Rasa's name for the key under which a message of the assistant keeps that of its response.
_RESPONSE = re.compile(r"utter_(?!action$)\w*")
# Keywords of `CollectingDispatcher.utter_message` that are no variable of a response.
_NO_VARIABLES = {"text", "image", "json_message", "template", "response", "attachment", "buttons", "elements"}


@dataclass(frozen=True)
class Said:
    """A response's name in the source. `pattern` matches every name that it can become."""

    pattern: re.Pattern[str]
    file: str
    line: int
    written: str

    def matches(self, name: str) -> bool:
        """Whether this can be the response with that name."""
        return self.pattern.fullmatch(name) is not None


@dataclass(frozen=True)
class Filled:
    """The variables that one call of `utter_message` fills.

    Attributes:
        responses: what the call says; empty when the name comes from elsewhere, and can be any.
        variables: the names; None when the call passes on names that cannot be read here.
    """

    responses: tuple[Said, ...]
    variables: frozenset[str] | None

    def fills(self, response: str, variable: str) -> bool:
        """Whether this call can fill a variable of a response."""
        says = not self.responses or any(said.matches(response) for said in self.responses)
        return says and (self.variables is None or variable in self.variables)


@dataclass(frozen=True)
class Code:
    """What the source of the custom actions holds.

    Attributes:
        said: every name of a response.
        filled: every call that says one.
        actions: per action's name the file and line where it stands.
        own_forms: the validations of forms with a `run` of their own, which decide themselves what to say to a failed try.
    """

    said: list[Said] = field(default_factory=list)
    filled: list[Filled] = field(default_factory=list)
    actions: dict[str, tuple[str, int]] = field(default_factory=dict)
    own_forms: set[str] = field(default_factory=set)

    def says(self, response: str) -> bool:
        """Whether an action can say a response."""
        return any(said.matches(response) for said in self.said)

    def fills(self, response: str, variable: str) -> bool:
        """Whether an action says a response and gives it a variable."""
        return self.says(response) and any(call.fills(response, variable) for call in self.filled)


def read(root: Path) -> Code:
    """Read every module under `actions/`.

    Args:
        root: the project's folder.

    Raises:
        SyntaxError: a module is not Python; with its path from the root.
    """
    code = Code()
    for path in sorted((root / "actions").rglob("*.py")):
        file = path.relative_to(root).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=file)
        code.said.extend(_said_in(tree, file))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                code.filled.extend(_filled_by(node, file))
            elif isinstance(node, ast.ClassDef):
                code.actions.update({name: (file, line) for name, line in _action_names(node)})
                if "run" in {getattr(method, "name", "") for method in node.body}:
                    code.own_forms.update(
                        name for name, _ in _action_names(node) if name.startswith("validate_")
                    )
    return code


def _said_in(tree: ast.AST, file: str) -> Iterator[Said]:
    """Every response in an expression or module, outermost first; the parts of an f-string count as one name."""
    if isinstance(tree, ast.Constant) and isinstance(tree.value, str) and _RESPONSE.fullmatch(tree.value):
        # A name that ends in an underscore is the beginning of one that is put together.
        end = r"\w+" if tree.value.endswith("_") else ""
        yield Said(re.compile(re.escape(tree.value) + end), file, tree.lineno, tree.value)
    elif isinstance(tree, ast.JoinedStr):
        parts = [
            str(part.value) if isinstance(part, ast.Constant) else None for part in tree.values
        ]  # None is a piece that is only known when it runs
        if parts and (parts[0] or "").startswith("utter_"):
            pattern = "".join(r"\w+" if part is None else re.escape(part) for part in parts)
            written = "".join("…" if part is None else part for part in parts)
            yield Said(re.compile(pattern), file, tree.lineno, written)
    else:
        for child in ast.iter_child_nodes(tree):
            yield from _said_in(child, file)


def _filled_by(call: ast.Call, file: str) -> Iterator[Filled]:
    if not isinstance(call.func, ast.Attribute) or call.func.attr != "utter_message":
        return
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    response = named.get("response")
    if response is not None:
        variables = None if None in named else frozenset(filter(None, named)) - _NO_VARIABLES
        yield Filled(tuple(_said_in(response, file)), variables)


def _action_names(class_: ast.ClassDef) -> Iterator[tuple[str, int]]:
    """The name that an action's method `name` returns, when it is written out."""
    for method in class_.body:
        if isinstance(method, ast.FunctionDef) and method.name == "name":
            for node in ast.walk(method):
                if isinstance(node, ast.Return) and isinstance(node.value, ast.Constant):
                    yield str(node.value.value), node.lineno
