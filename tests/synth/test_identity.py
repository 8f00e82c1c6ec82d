"""How the controller gets its credentials, on each kind of cluster."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Stack, aws_eks_v2, aws_iam

from eks_ingress import EksIngress, HealthCheck, Identity, Permissions, Refused, RoleSettings, Service
from tests.synth.apps import (
    KINDS,
    kubernetes_objects,
    new_app,
    plain,
    template,
    types,
    v1_created,
    v1_fargate,
    v2_created,
    v2_fargate,
    v2_imported,
)
from tests.synth.graph import Graph

ROLE_ARN = "arn:aws:iam::111122223333:role/platform/controller"
BOUNDARY = "arn:aws:iam::111122223333:policy/boundary"
ON_NODES = ["v2 created", "v1 created", "v2 imported", "v1 imported"]


def resources(kind: str, **settings: Any) -> dict[str, Any]:
    app = new_app()
    stack = Stack(app, "Shop")
    cluster = KINDS[kind](stack)
    before = set(template(app, "Shop").get("Resources", {})) if not settings else set()
    if settings:
        EksIngress(stack, "Ingress", cluster=cluster, **settings)
    found: dict[str, Any] = template(app, "Shop")["Resources"] if settings else dict.fromkeys(before)
    return found


def added(kind: str, **settings: Any) -> dict[str, Any]:
    before = resources(kind)
    return {name: resource for name, resource in resources(kind, **settings).items() if name not in before}


def pod_identity(kind: str) -> Identity:
    return Identity.pod_identity(install_agent=True if "imported" in kind else None)


def account(found: dict[str, Any]) -> dict[str, Any]:
    """The values by which the release makes the account."""
    values: dict[str, Any] = json.loads(plain(found["IngressChart"]["Properties"]["Values"]))["serviceAccount"]
    return values


@pytest.mark.parametrize("kind", ON_NODES)
def test_pod_identity_takes_an_association_and_the_agent_and_neither_provider_nor_lambda(kind: str) -> None:
    extra = {"AWS::CloudFormation::Stack": 1} if kind == "v1 imported" else {}
    assert types(added(kind, identity=pod_identity(kind))) == {
        "AWS::IAM::ManagedPolicy": 1,
        "AWS::IAM::Role": 1,
        "AWS::EKS::PodIdentityAssociation": 1,
        "AWS::EKS::Addon": 1,
        "Custom::AWSCDK-EKS-HelmChart": 1,
        **extra,
    }


@pytest.mark.parametrize("kind", ON_NODES)
def test_pod_identity_trusts_eks_to_assume_the_role_and_to_tag_the_session_once_each(kind: str) -> None:
    document = added(kind, identity=pod_identity(kind))["IngressRole"]["Properties"]["AssumeRolePolicyDocument"]
    actions = [
        action
        for statement in document["Statement"]
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    ]
    assert sorted(actions) == ["sts:AssumeRole", "sts:TagSession"]
    assert {json.dumps(statement["Principal"]) for statement in document["Statement"]} == {'{"Service": "pods.eks.amazonaws.com"}'}
    assert all(statement["Effect"] == "Allow" for statement in document["Statement"])


@pytest.mark.parametrize("kind", ON_NODES)
def test_pod_identity_ties_the_role_to_the_account_which_does_not_name_it(kind: str) -> None:
    found = added(kind, identity=pod_identity(kind))
    association = found["IngressPodIdentity"]["Properties"]
    assert association["RoleArn"] == {"Fn::GetAtt": ["IngressRole", "Arn"]}
    assert (association["Namespace"], association["ServiceAccount"]) == ("kube-system", "aws-load-balancer-controller")
    assert account(found) == {"create": True, "name": "aws-load-balancer-controller"}
    values = json.loads(plain(found["IngressChart"]["Properties"]["Values"]))
    assert values["clusterName"] == plain(association["ClusterName"])


@pytest.mark.parametrize("kind", ON_NODES)
def test_the_controller_waits_for_the_association_and_the_agent(kind: str) -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    EksIngress(stack, "Ingress", cluster=KINDS[kind](stack), identity=pod_identity(kind))
    graph = Graph(app)
    (release,) = graph.of_type("Custom::AWSCDK-EKS-HelmChart")
    wanted = graph.of_type("AWS::EKS::PodIdentityAssociation", "AWS::EKS::Addon", "AWS::IAM::ManagedPolicy", "AWS::IAM::Role")
    assert {node for node in wanted if node[1].startswith("Ingress") or graph.types[node] == "AWS::EKS::Addon"} <= (
        graph.waits_for(release)
    )


def test_auto_mode_has_the_agent_built_in() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    cluster = v2_created(stack, default_capacity_type=aws_eks_v2.DefaultCapacityType.AUTOMODE, default_capacity=None)
    EksIngress(stack, "Ingress", cluster=cluster, identity=Identity.pod_identity())
    assert types(template(app, "Shop")["Resources"])["AWS::EKS::Addon"] == 0


def test_an_imported_cluster_must_say_whether_it_has_the_agent() -> None:
    stack = Stack(new_app(), "Shop")
    cluster = v2_imported(stack)
    with pytest.raises(Refused, match=r"(?s)'prod' may have no Pod Identity agent.*install_agent=False` if it is there"):
        EksIngress(stack, "Ingress", cluster=cluster, identity=Identity.pod_identity())
    EksIngress(stack, "Ingress", cluster=cluster, identity=Identity.pod_identity(install_agent=False))


@pytest.mark.parametrize("make", [v2_fargate, v1_fargate])
def test_pod_identity_is_refused_on_fargate(make: Callable[[Stack], Any]) -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    EksIngress(stack, "Ingress", cluster=make(stack), identity=Identity.pod_identity())
    with pytest.raises(RuntimeError, match=r"(?s)Shop/Cluster runs on Fargate only, where Pod Identity does not work.*irsa"):
        app.synth()


@pytest.mark.parametrize("kind", KINDS)
def test_an_existing_role_is_named_by_the_account_and_left_alone(kind: str) -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    role = aws_iam.Role.from_role_arn(stack, "Existing", ROLE_ARN)
    ingress = EksIngress(stack, "Ingress", cluster=KINDS[kind](stack), identity=Identity.existing_role(role))
    found = template(app, "Shop")["Resources"]
    assert account(found)["annotations"] == {"eks.amazonaws.com/role-arn": ROLE_ARN}
    assert {"IngressRole", "IngressPolicy"}.isdisjoint(found)
    assert (ingress.policy, ingress.oidc_provider) == (None, None)
    assert ingress.role is role


def test_the_policy_can_be_attached_to_an_existing_role() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    role = aws_iam.Role.from_role_arn(stack, "Existing", ROLE_ARN)
    EksIngress(stack, "Ingress", cluster=v2_imported(stack), identity=Identity.existing_role(role, attach_policy=True))
    found = template(app, "Shop")["Resources"]
    assert found["IngressPolicy"]["Properties"]["Roles"] == ["controller"]
    assert "IngressPolicy" in found["IngressChart"]["DependsOn"]


@pytest.mark.parametrize("make", [Identity.irsa, Identity.pod_identity])
def test_the_role_is_named_placed_bounded_and_tagged(make: Callable[..., Identity]) -> None:
    settings = RoleSettings(name="controller", path="/platform/", permissions_boundary=BOUNDARY, tags={"team": "platform"})
    properties = added("v2 created", identity=make(role=settings))["IngressRole"]["Properties"]
    assert (properties["RoleName"], properties["Path"], properties["PermissionsBoundary"]) == ("controller", "/platform/", BOUNDARY)
    assert properties["Tags"] == [{"Key": "team", "Value": "platform"}]


def test_a_boundary_may_be_a_policy_of_the_app() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    boundary = aws_iam.ManagedPolicy(stack, "Boundary", statements=[aws_iam.PolicyStatement(actions=["*"], resources=["*"])])
    identity = Identity.irsa(role=RoleSettings(permissions_boundary=boundary))
    EksIngress(stack, "Ingress", cluster=v2_imported(stack), identity=identity)
    assert "Ref" in template(app, "Shop")["Resources"]["IngressRole"]["Properties"]["PermissionsBoundary"]


def test_role_settings_that_iam_refuses_are_refused_all_at_once() -> None:
    with pytest.raises(Refused) as refused:
        RoleSettings(name="a b", path="platform", permissions_boundary="boundary")
    assert [problem.reason for problem in refused.value.problems] == [
        "role name 'a b' is none that IAM takes.",
        "role path 'platform' does not begin and end with '/'.",
        "permissions boundary 'boundary' is no ARN of a managed policy.",
    ]
    assert refused.value.problems[1].remedy == "Write '/platform/'."


@pytest.mark.parametrize("take_over", [False, True])
def test_namespace_and_account_can_be_chosen_and_hold_everywhere(take_over: bool) -> None:
    found = added("v2 imported", namespace="ingress", service_account_name="lbc", take_over_service_account=take_over)
    assert found["IngressChart"]["Properties"]["Namespace"] == "ingress"
    assert account(found)["name"] == "lbc"
    assert "system:serviceaccount:ingress:lbc" in found["IngressRole"]["Properties"]["AssumeRolePolicyDocument"]["Fn::Sub"][0]


def test_an_account_that_exists_is_changed_before_the_release_which_leaves_it_alone() -> None:
    found = added("v2 imported", namespace="ingress", service_account_name="lbc", take_over_service_account=True)
    properties = found["IngressServiceAccount"]["Properties"]
    assert properties["Overwrite"] is True
    (body,) = json.loads(plain(properties["Manifest"]))
    assert body == {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {
            "name": "lbc",
            "namespace": "ingress",
            "labels": {"app.kubernetes.io/name": "lbc"},
            "annotations": {"helm.sh/resource-policy": "keep", "eks.amazonaws.com/role-arn": "<IngressRole.Arn>"},
        },
    }
    assert account(found) == {"create": False, "name": "lbc"}
    assert "IngressServiceAccount" in found["IngressChart"]["DependsOn"]


def test_an_account_that_is_taken_over_names_no_role_where_the_association_does() -> None:
    found = added("v2 imported", identity=pod_identity("v2 imported"), take_over_service_account=True)
    (body,) = json.loads(plain(found["IngressServiceAccount"]["Properties"]["Manifest"]))
    assert body["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"}


def test_an_account_that_exists_is_not_taken_over_unasked() -> None:
    assert "IngressServiceAccount" not in added("v2 imported", namespace="kube-system")


@pytest.mark.parametrize("flag", ["take_over_service_account", "keep_crds", "recover_release"])
def test_flags_of_the_controller_are_flags(flag: str) -> None:
    stack = Stack(new_app(), "Shop")
    said: dict[str, Any] = {flag: "no"}
    with pytest.raises(Refused, match=f"{flag} 'no' is neither True nor False"):
        EksIngress(stack, "Ingress", cluster=v2_imported(stack), **said)


def test_the_controller_of_somebody_else_serves_load_balancers_too() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    host = EksIngress.from_existing(stack, "Ingress", cluster=v2_imported(stack), ingress_class_name="theirs", wait_on_delete=False)
    shop = host.add_load_balancer("Shop", namespace="shop")
    shop.add_route("/", Service("web", 80, health_check=HealthCheck(path="/up")))
    stack.export_value(shop.dns_name, name="Address")
    found = template(app, "Shop")["Resources"]
    assert types(found) == {"Custom::AWSCDK-EKS-KubernetesResource": 1, "Custom::AWSCDK-EKS-KubernetesObjectValue": 1}
    (ingress,) = kubernetes_objects(found)
    assert (ingress["metadata"]["name"], ingress["spec"]["ingressClassName"]) == ("shop-health-check-0ac610", "theirs")
    assert host.plan().load_balancers == (shop.plan,)


def test_an_existing_controller_is_the_only_one_too() -> None:
    stack = Stack(new_app(), "Shop")
    cluster = v2_imported(stack)
    EksIngress.from_existing(stack, "Theirs", cluster=cluster)
    with pytest.raises(Refused, match="two controllers would fight"):
        EksIngress(stack, "Ours", cluster=cluster)


def test_an_existing_controller_needs_kubectl_as_well() -> None:
    stack = Stack(new_app(), "Shop")
    with pytest.raises(Refused, match="has no kubectl provider"):
        EksIngress.from_existing(stack, "Ingress", cluster=v2_imported(stack, kubectl_provider=None))


def test_v1_clusters_take_pod_identity_of_their_own_module() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    EksIngress(stack, "Ingress", cluster=v1_created(stack), identity=Identity.pod_identity())
    assert types(template(app, "Shop")["Resources"])["AWS::EKS::PodIdentityAssociation"] == 1


@pytest.mark.parametrize(
    "settings",
    [{"permissions": Permissions.STRICT}, {"target_group_roles": ["arn:aws:iam::444455556666:role/targets"]}],
    ids=["level", "roles"],
)
def test_permissions_that_no_policy_would_carry_are_refused(settings: dict[str, Any]) -> None:
    stack = Stack(new_app(), "Shop")
    cluster = v2_imported(stack)
    role = aws_iam.Role.from_role_arn(stack, "Existing", ROLE_ARN)
    with pytest.raises(Refused, match="would have no effect, since the role has its permissions already"):
        EksIngress(stack, "Ingress", cluster=cluster, identity=Identity.existing_role(role), **settings)
    EksIngress(stack, "Ingress", cluster=cluster, identity=Identity.existing_role(role, attach_policy=True), **settings)
