"""The table of docs/identity.md: what each identity adds to a cluster, beside CDK's own AlbController in the same app."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import pytest
from aws_cdk import Stack, aws_eks_v2, aws_iam

from eks_ingress import EksIngress, Identity
from tests.synth.apps import ROOT, new_app, template, types, v2_created

PAGE = (ROOT / "docs" / "identity.md").read_text("utf-8")


def alb_controller(stack: Stack, cluster: aws_eks_v2.Cluster) -> None:
    aws_eks_v2.AlbController(stack, "AlbController", cluster=cluster, version=aws_eks_v2.AlbControllerVersion.V3_2_2)


def ingress(identity: Callable[[Stack], Identity]) -> Callable[[Stack, aws_eks_v2.Cluster], None]:
    def install(stack: Stack, cluster: aws_eks_v2.Cluster) -> None:
        EksIngress(stack, "Ingress", cluster=cluster, identity=identity(stack))

    return install


def existing(stack: Stack) -> Identity:
    return Identity.existing_role(aws_iam.Role.from_role_arn(stack, "Role", "arn:aws:iam::111122223333:role/controller"))


WAYS: dict[str, Callable[[Stack, aws_eks_v2.Cluster], None]] = {
    "CDK's `AlbController`": alb_controller,
    "`Identity.irsa()`": ingress(lambda _: Identity.irsa()),
    "`Identity.pod_identity()`": ingress(lambda _: Identity.pod_identity()),
    "`Identity.existing_role(role)`": ingress(existing),
}


def resources(install: Callable[[Stack, aws_eks_v2.Cluster], None] | None) -> Counter[str]:
    app = new_app()
    stack = Stack(app, "Shop")
    cluster = v2_created(stack)
    if install is not None:
        install(stack, cluster)
    return types(template(app, "Shop")["Resources"])


@pytest.mark.newest
def test_the_table_of_identities_is_what_synthesis_gives() -> None:
    before = resources(None)
    rows = re.findall(r"^\| (.+?) \| (\d+) \| (\d+) \|", PAGE, re.MULTILINE)
    counted = []
    for name, install in WAYS.items():
        added = resources(install) - before
        counted.append((name, str(added.total()), str(added["AWS::Lambda::Function"])))
    assert rows == counted
