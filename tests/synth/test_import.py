"""What `eks-ingress import` writes, run in an app: it makes the load balancers of the YAML that it came from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Stack

from eks_ingress import (
    BalancerHost,
    EksIngress,
    Ingress,
    IngressPath,
    IngressRule,
    NetworkListener,
    NetworkService,
    Refused,
    Scheme,
    Service,
)
from eks_ingress.importing.module import module
from eks_ingress.importing.sameness import Keep, difference
from eks_ingress.importing.whole import import_plan
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.build import plan
from eks_ingress.plan.comparing import differences
from eks_ingress.plan.model import Plan
from tests.importing.corpus import FILES, TOLD, planned
from tests.synth.apps import FLAGS, Shop, v2_imported

files = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)

WRITTEN_OTHERWISE = {
    "blue-green-unsticky": "targetGroupStickinessConfig",
    "group-of-settings": "targetGroupAttributes",
    "ssl-redirect-action-prefix": "redirectConfig",
}
"""Files whose code writes something else that means the same, and what."""


def run(code: str) -> BalancerHost:
    """The controller of a cluster that is there, with what the code adds to it."""
    stack = Stack(App(context=FLAGS), "Shop")
    ingress = EksIngress.from_existing(stack, "Ingress", cluster=v2_imported(stack))
    words: dict[str, Any] = {}
    exec(compile(code, "imported.py", "exec"), words)
    words["add_load_balancers"](ingress)
    return ingress


def plan_of(ingress: BalancerHost, imported: Plan) -> Plan:
    """The plan of what the app makes, and of what stays in the cluster as it is."""
    assert imported.world is not None
    made = ingress.manifests()
    return plan([*staying(imported.world.manifests, made), *made], ingress.flags)


def staying(before: Sequence[Manifest], made: Sequence[Manifest]) -> Iterator[Manifest]:
    names = {(manifest.kind, manifest.name) for manifest in made}
    for manifest in before:
        if manifest.kind != "Ingress" and not (
            manifest.kind.startswith("IngressClass") and (manifest.kind, manifest.name) in names
        ):
            yield manifest


@pytest.mark.parametrize("keep", list(Keep), ids=lambda keep: keep.value)
@files
def test_the_code_makes_the_load_balancers_of_the_yaml(file: Path, keep: Keep) -> None:
    wanted = planned(file)
    ingress = run(module(import_plan(wanted, keep), [file.name]))
    found = plan_of(ingress, wanted)
    assert not found.problems
    assert len(found.load_balancers) == len(wanted.load_balancers)
    before, after = (sorted(x.load_balancers, key=lambda balancer: balancer.members) for x in (wanted, found))
    for one, other in zip(before, after, strict=True):
        assert difference(one, other, keep) is None
    if file.stem not in TOLD:
        assert not ingress.problems()


@files
def test_what_is_kept_one_to_one_is_the_same_in_the_controllers_own_format(file: Path) -> None:
    wanted = planned(file)
    found = plan_of(run(module(import_plan(wanted, Keep.OBJECTS), [file.name])), wanted)
    assert [x.members for x in found.load_balancers] == [x.members for x in wanted.load_balancers]
    for one, other in zip(wanted.load_balancers, found.load_balancers, strict=True):
        pointers = [difference.pointer for difference in differences(one.stack, other.stack)]
        assert all(WRITTEN_OTHERWISE.get(file.stem, "/nothing/") in pointer for pointer in pointers), pointers
        assert bool(pointers) == (file.stem in WRITTEN_OTHERWISE)


# Taking over what is there


def overwrites(shop: Shop) -> dict[str, bool]:
    """By object, whether it is changed if it is there already."""
    applied = (x["Properties"] for x in shop.resources().values() if x["Type"] == "Custom::AWSCDK-EKS-KubernetesResource")
    named = ((json.loads(x["Manifest"])[0], x) for x in applied if isinstance(x["Manifest"], str))
    return {f"{body['kind']} {body['metadata']['name']}": bool(x.get("Overwrite")) for body, x in named}


TARGET_GROUP = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/web/0123456789abcdef"


@pytest.mark.parametrize("take_over", [True, False])
def test_what_is_in_the_cluster_already_is_taken_over_where_that_is_said(take_over: bool) -> None:
    shop = Shop()
    rules = [IngressRule(None, [IngressPath("/", "Prefix", Service("web", 80))])]
    shop.ingress.add_class("Edge", take_over=take_over)
    shop.ingress.add_ingress("Plain", Ingress(namespace="shop", rules=rules), take_over=take_over)
    shop.ingress.add_load_balancer("Routed", namespace="shop", take_over=take_over).add_route("/", Service("web", 80))
    shop.ingress.add_network_load_balancer(
        "Mqtt",
        namespace="shop",
        service=NetworkService({"app": "mqtt"}),
        listeners=[NetworkListener.tcp(1883)],
        take_over=take_over,
    )
    shop.ingress.add_target_group_binding(
        "Bound", namespace="shop", service=Service("web", 80), target_group=TARGET_GROUP, take_over=take_over
    )
    names = ("IngressClass edge", "Ingress plain", "Ingress routed", "Service mqtt", "TargetGroupBinding bound")
    found = overwrites(shop)
    assert {name: found[name] for name in names} == dict.fromkeys(names, take_over)


def test_a_service_of_somebody_else_is_not_taken_over() -> None:
    shop = Shop()
    shop.ingress.add_network_load_balancer(
        "Legacy",
        namespace="shop",
        service=NetworkService.existing("legacy"),
        scheme=Scheme.INTERNAL,
        listeners=[NetworkListener.tcp(1883)],
        take_over=True,
    )
    assert [problem.reason for problem in shop.ingress.problems()] == [
        "take_over True would have no effect, since of a Service that is there only annotations are changed."
    ]


def test_whether_something_is_taken_over_is_true_or_false() -> None:
    shop = Shop()
    with pytest.raises(Refused, match="take_over 'no' is neither True nor False"):
        shop.ingress.add_load_balancer("Routed", namespace="shop", take_over="no")  # type: ignore[arg-type]
    assert shop.ingress.load_balancers == ()
