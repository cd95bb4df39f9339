"""Changing the model: a server that can serve customers is never taken away from them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import roll_model  # noqa: E402 - scripts/ is no package


@pytest.fixture
def told(monkeypatch):
    """What supervisor is told."""
    told: list[tuple[str, ...]] = []
    monkeypatch.setattr(roll_model, "_supervisorctl", lambda environment, *words: told.append(words))
    return told


def change(httpserver):
    roll_model._change(httpserver.port, "nieuw.tar.gz", {"RASA_TOKEN": "geheim"}, patience=30)


def test_a_server_with_the_new_model_serves(httpserver, told):
    httpserver.expect_request("/status").respond_with_json({"model_file": "nieuw.tar.gz"})
    change(httpserver)
    assert told == [("restart", f"assistant:{httpserver.port}")]


def test_a_server_that_keeps_its_model_goes_on_serving(httpserver, told):
    httpserver.expect_request("/status").respond_with_json({"model_file": "oud.tar.gz"})
    with pytest.raises(roll_model.RollError, match="MODEL_STORE"):
        change(httpserver)
    assert told == [("restart", f"assistant:{httpserver.port}")]


def test_a_server_without_a_model_is_stopped(httpserver, told):
    httpserver.expect_request("/status").respond_with_data("", status=409)
    with pytest.raises(roll_model.RollError, match="is gestopt"):
        change(httpserver)
    assert told[-1] == ("stop", f"assistant:{httpserver.port}")
