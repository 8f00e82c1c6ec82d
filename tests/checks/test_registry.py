from __future__ import annotations

import gc
import re
import weakref
from pathlib import Path
from typing import Any

import pytest

from eks_ingress.annotations import of_services
from eks_ingress.checks import controller, reading, registry
from eks_ingress.checks.check import Check, Refusal, Severity
from eks_ingress.checks.registry import BY_ID, CHECKS, find
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.build import plan
from eks_ingress.plan.model import Plan
from eks_ingress.source import Source
from tests.checks import (
    test_attributes,
    test_backends,
    test_bindings,
    test_conditions,
    test_dns,
    test_frontend,
    test_ingress_classes,
    test_limits,
    test_listeners,
    test_names,
    test_network,
    test_places,
    test_refused,
    test_refused_services,
    test_refused_sign_in,
    test_repeated,
    test_service_listeners,
    test_service_settings,
    test_service_targets,
    test_services,
    test_sizes,
    test_spelling,
    test_subnets,
    test_targets,
)
from tests.checks.objects import findings, nlb
from tests.plan.objects import ingress

PACKAGE = Path(__file__).parents[2] / "eks_ingress"
ELSEWHERE = {"EKI101", "EKI102", "EKI115", "EKI506"}
"""Those whose tests are more than a table."""

CASES: dict[str, Any] = {}
for tests in (
    test_attributes,
    test_backends,
    test_bindings,
    test_conditions,
    test_dns,
    test_frontend,
    test_ingress_classes,
    test_limits,
    test_listeners,
    test_names,
    test_network,
    test_places,
    test_refused,
    test_refused_services,
    test_refused_sign_in,
    test_service_listeners,
    test_service_settings,
    test_service_targets,
    test_repeated,
    test_services,
    test_sizes,
    test_spelling,
    test_subnets,
    test_targets,
):
    CASES.update(tests.CASES)


def test_every_check_has_objects_in_which_it_finds_something() -> None:
    told = {check.id for check in CHECKS if isinstance(check, controller.Told)}
    assert CASES.keys() | ELSEWHERE | told == BY_ID.keys()


def test_every_class_of_a_check_is_in_the_registry() -> None:
    written = [
        found
        for file in (PACKAGE / "checks").glob("*.py")
        for found in re.findall(r'^    id = "(EKI\d+)"$', file.read_text("utf-8"), re.M)
    ]
    assert sorted(written) == [check.id for check in CHECKS]


def test_every_id_that_is_told_anywhere_has_a_check() -> None:
    used = {found for file in PACKAGE.glob("**/*.py") for found in re.findall(r"\"(EKI\d{3})\"", file.read_text("utf-8"))}
    assert used <= BY_ID.keys()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: str(check.id))
def test_every_check_says_what_it_is_about(check: Check) -> None:
    assert not check.title.endswith(".")
    assert check.why.endswith(".")
    assert check.remedy.endswith(".")
    assert not check.source.endswith(".")
    assert isinstance(check.severity, Severity)
    assert check.__doc__
    assert all(line == line.strip() for line in (check.title, check.why, check.remedy, check.source))


def test_a_refusal_is_an_error_and_cannot_be_acknowledged_as_a_whole() -> None:
    for check in CHECKS:
        if isinstance(check, Refusal):
            assert check.severity is Severity.ERROR
            assert check.can_be_acknowledged is check.is_mixed


def test_a_plan_of_nothing_has_no_findings() -> None:
    assert find(Plan(())) == []
    assert findings() == []


def test_an_ordinary_shop_has_no_findings() -> None:
    said = {
        "group.name": "shop",
        "scheme": "internet-facing",
        "listen-ports": [{"HTTP": 80}, {"HTTPS": 443}],
        "ssl-redirect": "443",
        "certificate-arn": "arn:aws:acm:eu-west-1:111122223333:certificate/a",
        "target-type": "ip",
        "healthcheck-path": "/healthz",
        "load-balancer-attributes": "idle_timeout.timeout_seconds=60,routing.http2.enabled=true",
        "tags": "team=shop,stage=prod",
        "conditions.web": [{"field": "http-request-method", "httpRequestMethodConfig": {"values": ["GET"]}}],
    }
    assert findings(ingress("/api", "/", said=said)) == []


def test_what_is_refused_in_one_group_does_not_hide_the_findings_of_another() -> None:
    found = findings(ingress("/", name="a", said={"listen-ports": "["}), ingress("/", name="b", said={"subnets": "subnet-a"}))
    assert [x.id for x in found] == ["EKI201", "EKI311"]


def test_annotations_of_a_refused_group_are_looked_at_all_the_same() -> None:
    assert [x.id for x in findings(ingress("/", said={"listen-ports": "[", "certificate-arns": "a"}))] == ["EKI201", "EKI241"]


def test_tokens_in_place_of_all_values_say_nothing() -> None:
    from eks_ingress.annotations.catalogue import ALL  # noqa: PLC0415

    keys = {row.key(**{part: {"listener": "HTTP-80", "port": "80"}.get(part, "web") for part in row.parts}) for row in ALL}
    said = {key: "${Token[Value.12]}" for key in keys if "/group." not in key}
    made = Manifest(ingress("/", said=said).body, Source("Shop/web"))
    assert [x.id for x in findings(made) if x.id not in ("EKI112", "EKI313", "EKI314", "EKI324")] == []


def test_tokens_in_place_of_all_values_of_a_service_say_nothing() -> None:
    keys = {row.key(**{part: {"listener": "TCP-80"}.get(part, "80") for part in row.parts}) for row in of_services.ALL}
    keys.remove(of_services.QUIC_ENABLED_CONTAINERS.key())  # is for pods
    assert findings(nlb(dict.fromkeys(keys, "${Token[Value.12]}"), loadBalancerClass="service.k8s.aws/nlb")) == []


def test_the_rooms_of_the_registry_are_all_that_have_checks() -> None:
    rooms = {room.__name__.rpartition(".")[2] for room in registry._ROOMS}
    with_checks = {
        file.stem for file in (PACKAGE / "checks").glob("*.py") if re.search(r'^    id = "EKI', file.read_text("utf-8"), re.M)
    }
    assert with_checks == rooms


@pytest.mark.parametrize(
    "backend",
    [
        {},
        {"service": "web"},
        {"service": {"name": ["web"]}},
        {"service": {"name": "web", "port": 80}},
        {"resource": {"name": "web"}},
    ],
)
def test_a_backend_of_no_shape_is_refused_and_nothing_more(backend: dict[str, Any]) -> None:
    found = findings(ingress({"http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}))
    assert {x.id for x in found} <= {"EKI103", "EKI110"}
    assert found


def test_nothing_is_kept_of_a_plan_that_is_gone() -> None:
    made = plan([ingress("/", said={"conditions.web": "[]"})])
    find(made)
    kept = weakref.ref(made.groups[0].members[0])
    assert kept() in reading._backends
    del made
    gc.collect()
    assert kept() is None
