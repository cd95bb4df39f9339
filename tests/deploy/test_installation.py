"""The compose files reach a working product: settings arrive where they are read, volumes can be written, models fetched."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from tests.support.product import ROOT

DEPLOY = ROOT / "deploy"
FILES = {name: (DEPLOY / name).read_text(encoding="utf-8") for name in ("compose.yml", "compose.s3.yml")}
BASE, BUCKET = (yaml.safe_load(text) for text in FILES.values())
SERVICES: dict[str, dict[str, Any]] = BASE["services"]
PAGE = (ROOT / "docs" / "containers.md").read_text(encoding="utf-8")
# What is fixed in the image, and what an installation with customers does not want.
NOT_FOR_AN_INSTALLATION = {"DESK_VAR", "ORGANISATION_FILE", "DOMAIN_FILE", "DESK_SERVICE_FILE", "DESK_DEBUG"}


def settings(name: str) -> set[str]:
    """The variables of an example file, those that are commented out too."""
    return set(
        re.findall(r"^(?:# )?([A-Z][A-Z0-9_]+)=", (DEPLOY / name).read_text(encoding="utf-8"), re.MULTILINE)
    )


def read_by(pattern: str, *files: Path) -> set[str]:
    """The variables that these programs read."""
    return {name for path in files for name in re.findall(pattern, path.read_text(encoding="utf-8"))}


READ_BY_THE_DESK = read_by(
    r'environment\.\w+\(\s*"([A-Z_]+)"',
    *(ROOT / "desk" / "config").glob("*.py"),
)
READ_BY_THE_ACTIONS = read_by(r'environ\.get\("([A-Z_]+)"', ROOT / "actions" / "config.py")


def test_every_setting_of_the_installation_is_used_and_every_one_used_is_named() -> None:
    used = {name for text in FILES.values() for name in re.findall(r"\$\{([A-Z_]+)", text)}
    assert used == settings("settings.example.env")


@pytest.mark.parametrize("name", ["desk-a", "desk-b", "worker", "migrate"])
def test_every_setting_of_the_desk_reaches_its_processes(name: str) -> None:
    service = SERVICES[name]
    assert service["env_file"] == ["desk.env"]
    given = set(service["environment"])
    in_the_file = settings("desk.example.env")
    assert (given & READ_BY_THE_DESK) | in_the_file == READ_BY_THE_DESK - NOT_FOR_AN_INSTALLATION
    assert not given & in_the_file, "the compose file's own value goes before that of desk.env"


def test_every_setting_of_the_actions_reaches_them() -> None:
    assert set(SERVICES["actions"]["environment"]) == READ_BY_THE_ACTIONS


def test_only_the_desks_processes_get_the_desks_secrets() -> None:
    own = {name for name, service in SERVICES.items() if service.get("env_file")}
    assert own == {"desk-a", "desk-b", "worker", "migrate"}


@pytest.mark.parametrize("name", [name for name, service in SERVICES.items() if "build" in service])
def test_a_volume_that_a_service_writes_is_its_users_in_the_image(name: str) -> None:
    service = SERVICES[name]
    image = (ROOT / service["build"]["dockerfile"]).read_text(encoding="utf-8")
    volumes = [volume.split(":") for volume in service.get("volumes", [])]
    for source, target, *mode in volumes:
        if source in BASE["volumes"] and mode != ["ro"]:
            assert f"chown {service['user']} {target}" in image.split("USER ")[0], target


def _reaches_outside(networks: set[str]) -> bool:
    defined = BASE["networks"] | BUCKET["networks"]
    return any(not (defined[name] or {}).get("internal") for name in networks)


def test_what_fetches_models_reaches_the_bucket_and_otherwise_nothing_outside() -> None:
    with_a_store = {
        name for name, service in SERVICES.items() if "MODEL_STORE" in service.get("environment", {})
    }
    assert with_a_store == {"rasa-a", "rasa-b", "publish"} == set(BUCKET["services"])
    for name in with_a_store:
        assert SERVICES[name]["environment"]["MODEL_STORE"] == "/models"
        assert not _reaches_outside(set(SERVICES[name]["networks"])), name
        assert _reaches_outside(set(BUCKET["services"][name]["networks"])), name
    # Rasa's chat endpoint asks for no password, so nobody else is in the network by which it goes outside.
    (added,) = BUCKET["networks"]
    assert not [name for name, service in SERVICES.items() if added in service["networks"]]


@pytest.mark.parametrize("name", ["desk-a", "desk-b", "worker", "actions", "proxy"])
def test_what_talks_to_others_systems_reaches_outside(name: str) -> None:
    assert _reaches_outside(set(SERVICES[name]["networks"]))


def test_the_page_has_every_step_in_the_order_that_works() -> None:
    steps = PAGE.split("## On one machine")[1].split("\n## ")[0]
    wanted = [
        "cp deploy/settings.example.env",
        "cp deploy/desk.example.env",
        "**Images.**",
        "**A model.** `make train`",
        "compose run --rm publish publish",
        "compose up -d",
        "create_employee",
    ]
    places = [steps.index(word) for word in wanted]
    assert places == sorted(places)


def test_the_page_names_services_that_exist() -> None:
    named = re.findall(
        r"compose (?:--profile tools )?(?:run --rm|exec|up -d --no-deps --force-recreate) ([a-z][a-z-]*)",
        PAGE,
    )
    assert named
    assert set(named) <= set(SERVICES)


def test_the_ingress_of_the_page_is_one_and_reaches_the_desk() -> None:
    (text,) = re.findall(r"```yaml\n(.+?)```", PAGE, re.DOTALL)
    ingress = yaml.safe_load(textwrap.dedent("   " + text.lstrip()))
    kubernetes_validate.validate(ingress, "1.33", strict=True)
    manifest = (DEPLOY / "kubernetes" / "desk.yaml").read_text(encoding="utf-8")
    service = next(found for found in yaml.safe_load_all(manifest) if found["kind"] == "Service")
    backend = ingress["spec"]["rules"][0]["http"]["paths"][0]["backend"]["service"]
    assert backend["name"] == service["metadata"]["name"]
    assert backend["port"]["name"] in {port["name"] for port in service["spec"]["ports"]}


def test_the_example_asks_for_every_setting_without_which_nothing_starts() -> None:
    required = set(re.findall(r"\$\{([A-Z_]+):\?", FILES["compose.yml"]))
    text = (DEPLOY / "settings.example.env").read_text(encoding="utf-8")
    assert required == set(re.findall(r"^([A-Z_]+)=", text.split("# Your own systems")[0], re.MULTILINE))
