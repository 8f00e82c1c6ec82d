"""What is granted to an EksIngress, its controller's role has."""

from __future__ import annotations

from typing import Any

import pytest
from aws_cdk import Stack, aws_iam, aws_kms, aws_s3

from eks_ingress import EksIngress, Identity, Refused
from tests.synth.apps import Shop, new_app, template, v2_imported
from tests.synth.graph import Graph


def granted(resources: dict[str, Any]) -> list[tuple[Any, Any]]:
    """The actions that policies beside the controller's own grant, and to which roles."""
    policies = [x["Properties"] for x in resources.values() if x["Type"] == "AWS::IAM::Policy"]
    return [(statement["Action"], policy["Roles"]) for policy in policies for statement in policy["PolicyDocument"]["Statement"]]


def test_a_grant_goes_to_the_role_of_the_controller() -> None:
    shop = Shop()
    aws_kms.Key(shop.stack, "Key").grant_decrypt(shop.ingress)
    assert granted(shop.resources()) == [("kms:Decrypt", [{"Ref": "IngressRole"}])]


def test_the_controller_waits_for_what_is_granted() -> None:
    shop = Shop()
    aws_s3.Bucket(Stack(shop.app, "Data"), "Bucket").grant_read(shop.ingress)
    graph = Graph(shop.app)
    (policy,), (chart,) = graph.of_type("AWS::IAM::Policy"), graph.of_type("Custom::AWSCDK-EKS-HelmChart")
    assert policy in graph.waits_for(chart)


@pytest.mark.parametrize("attach", [False, True])
def test_a_role_that_exists_is_granted_it_too(attach: bool) -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    role = aws_iam.Role(stack, "Theirs", assumed_by=aws_iam.AccountRootPrincipal())
    identity = Identity.existing_role(role, attach_policy=attach)
    ingress = EksIngress(stack, "Ingress", cluster=v2_imported(stack), identity=identity)
    aws_kms.Key(stack, "Key").grant_decrypt(ingress)
    assert granted(template(app, "Shop")["Resources"]) == [("kms:Decrypt", [{"Ref": "Theirs1F49785D"}])]


def test_pod_identity_is_granted_it_too() -> None:
    shop = Shop(settings={"identity": Identity.pod_identity(install_agent=False)})
    aws_kms.Key(shop.stack, "Key").grant_decrypt(shop.ingress)
    assert granted(shop.resources()) == [("kms:Decrypt", [{"Ref": "IngressRole"}])]


def test_a_controller_of_others_is_granted_it_where_its_role_is_known() -> None:
    app = new_app()
    stack = Stack(app, "Shop", env={"account": "111122223333", "region": "eu-west-1"})
    role = aws_iam.Role.from_role_arn(stack, "Theirs", "arn:aws:iam::111122223333:role/lbc")
    host = EksIngress.from_existing(stack, "Ingress", cluster=v2_imported(stack), role=role)
    aws_kms.Key(stack, "Key").grant_decrypt(host)
    assert granted(template(app, "Shop")["Resources"]) == [("kms:Decrypt", ["lbc"])]


def test_a_role_that_is_no_role_of_the_cdk_is_refused_where_it_is_given() -> None:
    stack = Stack(new_app(), "Shop")
    role: Any = "arn:aws:iam::111122223333:role/lbc"
    with pytest.raises(Refused, match="role 'arn:aws:iam::111122223333:role/lbc' is no role of the CDK"):
        EksIngress.from_existing(stack, "Ingress", cluster=v2_imported(stack), role=role)


def test_a_controller_of_others_whose_role_is_not_known_is_refused_a_grant() -> None:
    stack = Stack(new_app(), "Shop")
    host = EksIngress.from_existing(stack, "Ingress", cluster=v2_imported(stack))
    with pytest.raises(RuntimeError, match="what role it has is not known here") as refused:
        aws_kms.Key(stack, "Key").grant_decrypt(host)
    assert "Give `role=` to `EksIngress.from_existing`." in str(refused.value)
    assert "test_grants.py" in str(refused.value)
