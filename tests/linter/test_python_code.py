"""What the linter reads from the source of the actions."""

from __future__ import annotations

import textwrap

import pytest

from linter.python_code import Code, read


@pytest.fixture
def code(tmp_path):
    def written(source: str) -> Code:
        (tmp_path / "actions").mkdir()
        (tmp_path / "actions" / "topic.py").write_text(textwrap.dedent(source), encoding="utf-8")
        return read(tmp_path)

    return written


def test_names_that_are_put_together(code):
    found = code('''
        """Says utter_nothing, because this is a docstring."""
        def f(slot, state):
            say("utter_whole")
            say("utter_begin_" + state)
            say(f"utter_{slot}_not_recognised")
            say("utter_yes" if state else "utter_no")
    ''')
    said = ["utter_whole", "utter_begin_x", "utter_postcode_not_recognised", "utter_yes", "utter_no"]
    assert all(found.says(name) for name in said)
    assert not any(found.says(name) for name in ["utter_nothing", "utter_begin_", "utter_whole_x", "utter_x"])
    assert next((one.file, one.line) for one in found.said) == ("actions/topic.py", 4)


def test_an_f_string_about_something_else_says_nothing(code):
    assert code('def f(name):\n    return f"{name} is not utter_greet, {name!r}"').said == []


def test_variables_belong_to_the_response_that_is_said(code):
    found = code("""
        def f(dispatcher, x):
            dispatcher.utter_message(response="utter_a", one=1, buttons=[])
            dispatcher.utter_message(response=f"utter_b_{x}", two=2)
            dispatcher.utter_message(text="zonder naam", three=3)
    """)
    assert found.fills("utter_a", "one")
    assert found.fills("utter_b_x", "two")
    assert not found.fills("utter_a", "two")
    assert not found.fills("utter_a", "buttons")
    assert not found.fills("utter_a", "three")


def test_a_name_from_elsewhere_can_be_any_response_that_an_action_says(code):
    found = code("""
        def hand_over(dispatcher, response):
            dispatcher.utter_message(response=response, number=1)

        def f(dispatcher):
            hand_over(dispatcher, "utter_opened")
    """)
    assert found.fills("utter_opened", "number")
    assert not found.fills("utter_said_by_a_rule", "number")


def test_variables_that_are_passed_on_can_be_any(code):
    found = code("""
        def f(dispatcher, **details):
            dispatcher.utter_message(response="utter_a", **details)
    """)
    assert found.fills("utter_a", "anything")


def test_names_of_actions(code):
    found = code('''
        class A(Action):
            def name(self):
                return "action_a"

        class Base(Action):
            def name(self):
                """In a subclass."""

        class Computed(Action):
            def name(self):
                return self._name
    ''')
    assert found.actions == {"action_a": ("actions/topic.py", 4)}


def test_forms_that_decide_themselves_what_to_say_to_a_failed_try(code):
    found = code("""
        class A(CarefulForm):
            def name(self):
                return "validate_a_form"

        class B(CarefulForm):
            def name(self):
                return "validate_b_form"

            async def run(self, dispatcher, tracker, domain):
                return []
    """)
    assert found.own_forms == {"validate_b_form"}
