from __future__ import annotations

from dataclasses import replace

import pytest

from eks_ingress.checks.check import Finding
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.facts import Facts, Quotas
from eks_ingress.source import Source
from tests.checks.objects import findings, group, of_class, service
from tests.plan.objects import ingress, path, rule

KEY = "eks-ingress/acknowledge."
ONE_SUBNET = {"subnets": "subnet-a"}


def told(*objects: Manifest, id: str = "EKI506") -> list[str]:
    """What is said of acknowledgements."""
    return [finding.message for finding in findings(*objects) if finding.id == id]


def test_a_finding_is_told_with_the_reason_why_it_is_meant_so() -> None:
    (finding,) = findings(ingress("/", said={**ONE_SUBNET, f"{KEY}EKI311": "it is on an Outpost"}))
    assert (finding.id, finding.object, finding.acknowledged) == ("EKI311", "Ingress shop/web", "it is on an Outpost")


def test_an_error_of_aws_that_is_acknowledged_is_none_any_more() -> None:
    (finding,) = findings(ingress("/", said={"load-balancer-name": "a_b"}))
    assert finding.is_error
    (finding,) = findings(ingress("/", said={"load-balancer-name": "a_b", f"{KEY}EKI249": "it is there already"}))
    assert not finding.is_error


def test_all_findings_of_the_check_about_the_object_are_meant() -> None:
    said = {"tags": "aws:a=b,aws:b=c", f"{KEY}EKI247": "made by hand"}
    assert [finding.acknowledged for finding in findings(ingress("/", said=said))] == ["made by hand"] * 2


def test_a_finding_about_another_object_is_not_meant() -> None:
    members = group({"tags": "aws:a=b", f"{KEY}EKI247": "made by hand"}, {"tags": "aws:a=b"})
    assert [(x.object, x.acknowledged) for x in findings(*members)] == [
        ("Ingress shop/a", "made by hand"),
        ("Ingress shop/b", None),
    ]


def test_a_finding_of_another_check_is_not_meant() -> None:
    found = findings(ingress("/", said={**ONE_SUBNET, f"{KEY}EKI313": "we open it"}))
    assert [(x.id, x.acknowledged) for x in found] == [("EKI311", None), ("EKI506", None)]


def test_a_service_and_a_class_say_it_of_themselves() -> None:
    made = service(said={"scheme": "internal", f"{KEY}EKI242": "for the Ingress of others"})
    assert [x.acknowledged for x in findings(made)] == ["for the Ingress of others"]
    params, of = of_class({"sslRedirectPort": "https"})
    metadata = {"name": "alb", "annotations": {f"{KEY}EKI245": "no redirect"}}
    assert [x.acknowledged for x in findings(replace(params, body={**params.body, "metadata": metadata}), of)] == ["no redirect"]


@pytest.mark.parametrize(
    ("key", "reason", "message"),
    [
        ("EKI311", "", "has no reason."),
        ("EKI311", "  ", "has no reason."),
        ("EKI999", "because", "names no check."),
        ("EKI313", "because", "is for nothing: there is no such finding."),
        ("EKI201", "because", "is for what cannot be acknowledged."),
        ("EKI506", "because", "is for what cannot be acknowledged."),
        ("EKI240", "because", "is for what cannot be acknowledged."),
    ],
)
def test_an_acknowledgement_without_effect_is_a_finding(key: str, reason: str, message: str) -> None:
    said = {**ONE_SUBNET, KEY + key: reason}
    assert told(ingress("/", said=said)) == [f"{KEY}{key} {message}"]
    assert [x.acknowledged for x in findings(ingress("/", said=said)) if x.id == "EKI311"] == [None]


@pytest.mark.parametrize(
    ("key", "remedy"), [("eki311", "Did you mean EKI311?"), ("311", "`eks-ingress explain` lists all checks.")]
)
def test_an_id_that_was_meant_is_told(key: str, remedy: str) -> None:
    found = [x for x in findings(ingress("/", said={KEY + key: "because"})) if x.id == "EKI506"]
    assert [x.remedy for x in found] == [remedy]


def test_what_the_controller_refuses_stays_refused() -> None:
    refused = ingress(rule(path("/", to="web:80")), said={f"{KEY}EKI301": "soon"})
    groups = [{"serviceName": name, "servicePort": 80, "weight": 1} for name in ("a", "b")]
    said = {"actions.web": {"type": "forward", "forwardConfig": {"targetGroups": groups}}, f"{KEY}EKI301": "soon"}
    several = ingress(rule(path("/", to="web:action")), said=said)
    found = findings(several, complete=True)
    assert [(x.id, x.acknowledged, x.is_error) for x in found if x.id == "EKI301"] == [("EKI301", None, True)]
    assert [x.message for x in found if x.id == "EKI506"] == [f"{KEY}EKI301 is for what cannot be acknowledged."]
    assert [x.acknowledged for x in findings(refused, complete=True)] == ["soon"]


def test_of_what_is_refused_nothing_is_told_to_be_for_nothing() -> None:
    said = {"listen-ports": "[", f"{KEY}EKI330": "we know"}
    assert [x.id for x in findings(ingress("/", said=said))] == ["EKI201"]


def test_a_limit_of_a_group_is_acknowledged_where_it_is_told() -> None:
    members = group({f"{KEY}EKI401": "raised next week"}, {}, "/a", "/b")
    found = findings(*members, facts=Facts(quotas=Quotas(rules=3)))
    assert [x.acknowledged for x in found if x.id == "EKI401"] == ["raised next week"]


def test_findings_stand_by_place_and_then_by_id() -> None:
    said = {**ONE_SUBNET, "security-groups": "sg-a", "tags": "aws:a=b"}
    placed = [
        replace(ingress("/", name=name, said=said), source=Source("Shop", "a.py", line)) for name, line in (("b", 9), ("a", 10))
    ]
    found = findings(*reversed(placed))
    ids = ["EKI247", "EKI311", "EKI313"]
    assert [(x.source.line, x.id) for x in found] == [*((9, one) for one in ids), *((10, one) for one in ids)]


def test_the_same_is_told_once() -> None:
    found: list[Finding] = findings(ingress(rule("/", host="a"), said={"listen-ports": [{"HTTP": 80}, {"HTTP": 81}]}))
    assert [x.id for x in found] == ["EKI117"]
