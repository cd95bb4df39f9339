"""The files in deploy/ against their published schemas and rules. No engine runs them here."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from tests.support.product import ROOT

DEPLOY = ROOT / "deploy"
PROGRAMS = Path(sys.executable).parent
MANIFESTS = sorted(
    path for path in (DEPLOY / "kubernetes").glob("*.yaml") if path.name != "kustomization.yaml"
)
COMPOSE = yaml.safe_load((DEPLOY / "compose.yml").read_text(encoding="utf-8"))
# Images of others, with rules of their own about their user.
OTHERS = {"proxy", "postgres", "redis", "rabbitmq"}


def checked(program: str, *arguments: str | Path) -> None:
    command = [str(PROGRAMS / program), *map(str, arguments)]
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


def resources() -> Iterator[dict[str, Any]]:
    for path in MANIFESTS:
        yield from yaml.safe_load_all(path.read_text(encoding="utf-8"))


def pods() -> Iterator[tuple[str, dict[str, Any]]]:
    for resource in resources():
        spec = resource.get("spec", {})
        if "jobTemplate" in spec:
            spec = spec["jobTemplate"]["spec"]
        if "template" in spec:
            yield resource["metadata"]["name"], spec["template"]


def test_the_compose_file_follows_the_compose_specification() -> None:
    checked(
        "check-jsonschema", "--builtin-schema", "vendor.compose-spec", *sorted(DEPLOY.glob("compose*.yml"))
    )


def test_the_dockerfiles_follow_hadolints_rules() -> None:
    checked("hadolint", *sorted(DEPLOY.glob("*.Dockerfile")))


def test_yaml_is_tidy() -> None:
    checked("yamllint", "--strict", "-c", DEPLOY / "yamllint.yml", DEPLOY)


@pytest.mark.parametrize(
    "resource", resources(), ids=lambda found: f"{found['kind']} {found['metadata']['name']}"
)
def test_every_manifest_follows_kubernetes_schema(resource: dict[str, Any]) -> None:
    kubernetes_validate.validate(resource, "1.33", strict=True)


def test_kustomize_names_every_manifest() -> None:
    named = yaml.safe_load((DEPLOY / "kubernetes/kustomization.yaml").read_text(encoding="utf-8"))[
        "resources"
    ]
    assert sorted(named) == [path.name for path in MANIFESTS]


@pytest.mark.parametrize(("name", "pod"), pods(), ids=lambda found: found if isinstance(found, str) else "")
def test_every_pod_is_hardened_and_limited(name: str, pod: dict[str, Any]) -> None:
    spec = pod["spec"]
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert spec["automountServiceAccountToken"] is False
    for container in [*spec.get("initContainers", []), *spec["containers"]]:
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert set(container["resources"]["limits"]) == {"cpu", "memory"}
    if name not in {"migrate", "backup"}:
        assert all("livenessProbe" in container for container in spec["containers"])
    covered = [
        policy["spec"]["podSelector"]
        for policy in resources()
        if policy["kind"] == "NetworkPolicy" and policy["metadata"]["name"] not in {"nobody", "names"}
    ]
    label = pod["metadata"]["labels"]["app"]
    assert any(
        selector.get("matchLabels", {}).get("app") == label
        or any(label in rule["values"] for rule in selector.get("matchExpressions", []))
        for selector in covered
    )


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_every_service_is_hardened_and_limited(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
    assert service.get("read_only") is True or name == "rabbitmq"
    assert service["user"] == "10001:10001" if name not in OTHERS else True
    if service.get("restart") != "no":
        assert service["healthcheck"]["test"][0] == "CMD"
    assert name == "proxy" or "ports" not in service


# Rasa and the action server read what strangers type.
RASAS_SECRETS = {
    "RASA_TOKEN",
    "RASA_DATABASE_URL",
    "REDIS_URL",
    "BROKER_URL",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_DEFAULT_REGION",
    "AWS_ENDPOINT_URL",
}
ACTIONS_SECRETS = {"DESK_SERVICE_TOKEN", "BACK_OFFICE_TOKEN"}


@pytest.mark.parametrize(("name", "secrets"), [("rasa", RASAS_SECRETS), ("actions", ACTIONS_SECRETS)])
def test_the_assistants_pods_get_only_the_secrets_that_they_need(name: str, secrets: set[str]) -> None:
    (pod,) = [pod for found, pod in pods() if found == name and "containers" in pod["spec"]]
    for container in [*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]]:
        assert all("secretRef" not in source for source in container.get("envFrom", []))
        named = [
            (one["name"], one["valueFrom"]["secretKeyRef"]["key"])
            for one in container["env"]
            if "secretKeyRef" in one.get("valueFrom", {})
        ]
        assert {key for _, key in named} == secrets
        assert all(variable == key for variable, key in named)


@pytest.mark.parametrize(
    "name",
    [name for name, service in COMPOSE["services"].items() if service["image"] == "aanspreekpunt/assistant"],
)
def test_the_assistants_services_get_no_secret_of_the_desk(name: str) -> None:
    values = " ".join(str(value) for value in COMPOSE["services"][name]["environment"].values())
    names = set(re.findall(r"\$\{(\w+)", values))
    desks = {"POSTGRES_PASSWORD", "DESK_SECRET_KEY", "DESK_METRICS_TOKEN"}
    assert not names & (desks if name == "actions" else desks | ACTIONS_SECRETS)
    assert "//desk:" not in values


def test_no_secret_stands_in_the_files() -> None:
    secret = re.compile(
        r"(?i)^\s*\S*(token|secret|password|pass|key_id|access_key)\S*\s*[:=]\s*(?P<value>\S+)"
    )
    for path in [*MANIFESTS, *DEPLOY.glob("compose*.yml"), *DEPLOY.glob("*.env")]:
        for line in path.read_text(encoding="utf-8").splitlines():
            found = secret.match(line)
            if "automountServiceAccountToken: false" in line:
                continue
            assert not found or found["value"].startswith(("${", "{", "#")), f"{path}: {line}"


def test_images_get_the_files_that_their_commands_name() -> None:
    for name in ("desk", "assistant"):
        text = (DEPLOY / f"{name}.Dockerfile").read_text(encoding="utf-8")
        for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE):
            for source in line.split()[:-1]:
                assert (ROOT / source).exists(), source
        assert re.search(r"^USER 10001:10001$", text, re.MULTILINE)
