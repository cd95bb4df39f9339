"""Rasa's endpoints: the project's own file, unless the environment puts something else in a place."""

from __future__ import annotations

import stat
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import endpoints  # noqa: E402

STANDARD = yaml.safe_load((ROOT / "endpoints.yml").read_text(encoding="utf-8"))


def with_settings(**settings: str) -> dict[str, Any]:
    return endpoints.endpoints(STANDARD, settings, ROOT / "var")


def test_without_settings_it_is_the_projects_own_file():
    assert with_settings() == STANDARD | {
        "tracker_store": {
            **STANDARD["tracker_store"],
            "type": "turn_store.OpenSQLite",
            "db": str(ROOT / "var" / "rasa.db"),
        }
    }
    assert with_settings(REDIS_URL="", BROKER_URL="", RASA_DATABASE_URL="") == with_settings()


def test_a_tracker_store_that_the_designer_chose_stays():
    own = STANDARD | {"tracker_store": {"type": "mongod", "url": "mongodb://x"}}
    assert endpoints.endpoints(own, {}, ROOT / "var") == own
    assert endpoints.endpoints({}, {}, ROOT / "var") == {}


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_postgresql_holds_no_server_for_ever(scheme):
    found = with_settings(RASA_DATABASE_URL=f"{scheme}://rasa:p%40ss@db:5432/rasa")["tracker_store"]
    assert found == {
        "type": "SQL",
        "dialect": "postgresql",
        "url": "postgresql://rasa:p%40ss@db:5432/rasa?connect_timeout=5",
    }
    own = with_settings(RASA_DATABASE_URL=f"{scheme}://db/rasa?sslmode=require&connect_timeout=2")
    assert own["tracker_store"]["url"] == "postgresql://db/rasa?sslmode=require&connect_timeout=2"
    other = with_settings(RASA_DATABASE_URL=f"{scheme}://db/rasa?sslmode=require")
    assert other["tracker_store"]["url"] == "postgresql://db/rasa?sslmode=require&connect_timeout=5"


def test_redis_keeps_the_locks():
    address = "rediss://rasa:p%40ss@cache:6380/2"
    assert with_settings(REDIS_URL=address)["lock_store"] == {
        "type": "turn_locks.ConversationLocks",
        "url": address,
    }


def test_rabbitmq_gets_records_of_turns():
    found = with_settings(BROKER_URL="amqp://u:p@broker:5672/%2F")["event_broker"]
    assert found == {"type": "turn_events.broker.TurnEvents", "url": "amqp://u:p@broker:5672/%2F"}


def test_the_action_server_may_be_elsewhere():
    assert with_settings(ACTIONS_URL="http://actions:5055/")["action_endpoint"]["url"] == (
        "http://actions:5055/webhook"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RASA_DATABASE_URL", "mysql://root:geheim@db/rasa"),
        ("RASA_DATABASE_URL", "geheim"),
        ("REDIS_URL", "cache:6379?geheim"),
        ("REDIS_URL", "redis://:geheim@/0"),
        ("BROKER_URL", "http://u:geheim@broker"),
    ],
)
def test_an_address_of_the_wrong_kind_is_named_and_not_repeated(name, value):
    with pytest.raises(endpoints.SettingError, match=name) as refused:
        with_settings(**{name: value})
    assert "geheim" not in str(refused.value)


def test_the_file_is_private_also_when_an_older_one_was_not(tmp_path):
    path = tmp_path / "endpoints.yml"
    path.write_text("oud", encoding="utf-8")
    path.chmod(0o644)
    endpoints.write(path, with_settings(REDIS_URL="redis://:geheim@cache"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert yaml.safe_load(path.read_text(encoding="utf-8"))["lock_store"]["url"] == "redis://:geheim@cache"
