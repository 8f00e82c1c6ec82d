"""What EksIngress adds to each kind of cluster."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aws_cdk import Stack

from eks_ingress import EksIngress, Identity
from tests.synth.apps import ISSUER, KINDS, PROVIDER_ARN, new_app, plain, template, types, v2_imported

CONTROLLER = {
    "AWS::IAM::ManagedPolicy": 1,
    "AWS::IAM::Role": 1,
    "Custom::AWSCDK-EKS-HelmChart": 1,
}


def resources(kind: str, *, with_ingress: bool) -> dict[str, Any]:
    app = new_app()
    stack = Stack(app, "Shop")
    cluster = KINDS[kind](stack)
    if with_ingress:
        EksIngress(stack, "Ingress", cluster=cluster)
    found: dict[str, Any] = template(app, "Shop").get("Resources", {})
    return found


def added(kind: str) -> dict[str, Any]:
    before = resources(kind, with_ingress=False)
    return {name: resource for name, resource in resources(kind, with_ingress=True).items() if name not in before}


def trust_policy(found: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    text, variables = found["IngressRole"]["Properties"]["AssumeRolePolicyDocument"]["Fn::Sub"]
    return json.loads(text), variables


@pytest.mark.parametrize("kind", ["v2 created", "v2 Fargate", "v1 created", "v1 Fargate"])
def test_a_created_cluster_gets_four_resources_and_no_lambda(kind: str) -> None:
    assert types(added(kind)) == {**CONTROLLER, "AWS::IAM::OIDCProvider": 1}


def test_an_imported_v2_cluster_keeps_its_provider_and_gets_three_resources() -> None:
    assert types(added("v2 imported")) == CONTROLLER


def test_an_imported_v1_cluster_gets_three_resources_beside_the_kubectl_provider_that_cdk_adds() -> None:
    assert types(added("v1 imported")) == {**CONTROLLER, "AWS::CloudFormation::Stack": 1}


@pytest.mark.parametrize("kind", ["v2 created", "v2 Fargate", "v1 created", "v1 Fargate"])
def test_the_role_trusts_the_provider_that_was_made_for_the_cluster(kind: str) -> None:
    found = added(kind)
    (provider,) = (name for name, resource in found.items() if resource["Type"] == "AWS::IAM::OIDCProvider")
    document, variables = trust_policy(found)
    assert variables == {
        "Provider": {"Ref": provider},
        # The issuer, read from the ARN of its provider: arn:aws:iam::…:oidc-provider/oidc.eks.….amazonaws.com/id/…
        "Issuer": {"Fn::Select": [1, {"Fn::Split": [":oidc-provider/", {"Ref": provider}]}]},
    }
    assert "OpenIdConnectIssuerUrl" in json.dumps(found[provider]["Properties"]["Url"])
    assert document["Statement"][0]["Principal"] == {"Federated": "${Provider}"}


@pytest.mark.parametrize("kind", ["v2 imported", "v1 imported"])
def test_the_role_trusts_the_provider_of_an_imported_cluster_by_its_issuer(kind: str) -> None:
    document, variables = trust_policy(added(kind))
    assert variables == {"Provider": PROVIDER_ARN, "Issuer": ISSUER}
    assert document == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Federated": "${Provider}"},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {
                        "${Issuer}:aud": "sts.amazonaws.com",
                        "${Issuer}:sub": "system:serviceaccount:kube-system:aws-load-balancer-controller",
                    }
                },
            }
        ],
    }


def test_a_provider_is_made_from_the_issuer_of_an_imported_cluster() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    cluster = v2_imported(stack, open_id_connect_provider=None)
    EksIngress(stack, "Ingress", cluster=cluster, identity=Identity.irsa(issuer_url=f"https://{ISSUER}"))
    found = template(app, "Shop")["Resources"]
    assert found["IngressOidcProvider"] == {
        "Type": "AWS::IAM::OIDCProvider",
        "Properties": {"ClientIdList": ["sts.amazonaws.com"], "Url": f"https://{ISSUER}"},
    }
    assert trust_policy(found)[1]["Provider"] == {"Ref": "IngressOidcProvider"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_release_makes_the_account_which_carries_the_role(kind: str) -> None:
    found = added(kind)
    values = json.loads(plain(found["IngressChart"]["Properties"]["Values"]))
    assert values["serviceAccount"] == {
        "create": True,
        "name": "aws-load-balancer-controller",
        "annotations": {"eks.amazonaws.com/role-arn": "<IngressRole.Arn>"},
    }


@pytest.mark.parametrize("kind", KINDS)
def test_the_release_is_installed_so_that_it_works_everywhere_and_never_gets_stuck(kind: str) -> None:
    release = added(kind)["IngressChart"]["Properties"]
    values = json.loads(plain(release["Values"]))
    assert (release["Chart"], release["Repository"], release["Version"], release["Namespace"], release["Release"]) == (
        "aws-load-balancer-controller",
        "https://aws.github.io/eks-charts",
        "3.5.0",
        "kube-system",
        "aws-load-balancer-controller",
    )
    assert (release["Wait"], release["Atomic"], release["Timeout"]) == (True, True, "420s")
    assert "CreateNamespace" not in release
    assert values["clusterName"]
    assert values["clusterName"] == plain(release["ClusterName"])
    assert values["region"] == "<AWS::Region>"
    assert values["vpcId"] == ("vpc-12345" if "imported" in kind else "<ClusterDefaultVpcFA9F2722>")
    assert values["keepTLSSecret"] is True
    assert values["enableServiceMutatorWebhook"] is False
    assert values["defaultTargetType"] == "ip"
    assert values["ingressClass"] == "alb"


def test_what_was_made_can_be_reached_from_outside() -> None:
    stack = Stack(new_app(), "Shop")
    ingress = EksIngress(stack, "Ingress", cluster=v2_imported(stack), ingress_class_name="public")
    assert ingress.ingress_class_name == "public"
    assert ingress.oidc_provider is not None
    assert ingress.policy is not None
    assert ingress.oidc_provider.open_id_connect_provider_arn == PROVIDER_ARN
    assert stack.resolve(ingress.role.role_arn) == {"Fn::GetAtt": ["IngressRole", "Arn"]}
    assert stack.resolve(ingress.policy.managed_policy_arn) == {"Ref": "IngressPolicy"}
    assert ingress.service_account.name == "aws-load-balancer-controller"
    assert ingress.service_account.namespace == "kube-system"
    assert ingress.chart.node.path == "Shop/Ingress/Chart"
    assert ingress.load_balancers == ()


def test_permissions_can_be_added_to_the_role() -> None:
    from aws_cdk import aws_iam  # noqa: PLC0415

    app = new_app()
    stack = Stack(app, "Shop")
    ingress = EksIngress(stack, "Ingress", cluster=v2_imported(stack))
    ingress.role.add_to_principal_policy(aws_iam.PolicyStatement(actions=["wafv2:ListWebACLs"], resources=["*"]))
    assert types(template(app, "Shop")["Resources"])["AWS::IAM::Policy"] == 1
