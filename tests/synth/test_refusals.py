"""What is refused, with which words, and that nothing is made or written then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, Stack, Stage, aws_eks, aws_eks_v2, aws_iam
from constructs import Construct

from eks_ingress import ApplicationLoadBalancer, EksIngress, Identity, Listener, Redirect, Refused, Service
from tests.synth.apps import (
    FLAGS,
    ISSUER,
    Shop,
    known_provider,
    new_app,
    v1_created,
    v1_imported,
    v2_created,
    v2_imported,
)


def v2_without_kubectl(stack: Stack) -> aws_eks_v2.Cluster:
    return aws_eks_v2.Cluster(stack, "Cluster", version=aws_eks_v2.KubernetesVersion.V1_35)


CANNOT_WORK: dict[str, tuple[Callable[[Stack], Any], dict[str, Any], list[str]]] = {
    "v2 cluster without kubectl": (
        v2_without_kubectl,
        {},
        ["cluster 'Shop/Cluster' has no kubectl provider", "`kubectl_provider_options=KubectlProviderOptions(kubectl_layer=…)`"],
    ),
    "imported v2 cluster without kubectl": (
        lambda stack: v2_imported(stack, kubectl_provider=None),
        {},
        ["has no kubectl provider", "Give `kubectl_provider=` to `from_cluster_attributes`"],
    ),
    "imported v1 cluster without role": (
        lambda stack: v1_imported(stack, kubectl_role_arn=None),
        {},
        ["has no kubectl provider", "Give `kubectl_role_arn=` and `kubectl_layer=`"],
    ),
    "imported v1 cluster without layer": (
        lambda stack: v1_imported(stack, kubectl_layer=None),
        {},
        ["has no kubectl provider", "Give `kubectl_role_arn=` and `kubectl_layer=`"],
    ),
    "imported cluster without VPC": (
        lambda stack: v2_imported(stack, vpc=None),
        {},
        ["imported cluster 'prod' has no VPC id", "`vpc_id=` to EksIngress"],
    ),
    "imported cluster without provider and issuer": (
        lambda stack: v2_imported(stack, open_id_connect_provider=None),
        {},
        ["imported cluster 'prod' has no OIDC provider", "`identity=Identity.irsa(issuer_url='https://oidc.eks.…')`"],
    ),
    "issuer of a cluster that the app creates": (
        v2_created,
        {"identity": Identity.irsa(issuer_url=f"https://{ISSUER}")},
        ["would make a second OIDC provider", "Leave `issuer_url` out."],
    ),
    "issuer without https": (
        lambda stack: v2_imported(stack, open_id_connect_provider=None),
        {"identity": Identity.irsa(issuer_url=ISSUER)},
        [f"issuer_url '{ISSUER}' is no https address", "aws eks describe-cluster"],
    ),
    "name of the class": (
        v2_imported,
        {"ingress_class_name": "Public ALB"},
        ["ingress_class_name 'Public ALB' is not a DNS subdomain", "Write a name such as 'public-alb'"],
    ),
    "CDK's own controller": (
        lambda stack: v1_created(stack, alb_controller={"version": aws_eks.AlbControllerVersion.V2_8_2}),
        {},
        ["has CDK's AlbController already", "Take `alb_controller=` out"],
    ),
}


@pytest.mark.parametrize("case", CANNOT_WORK)
def test_what_cannot_work_is_refused_before_anything_is_made(case: str) -> None:
    make, settings, words = CANNOT_WORK[case]
    stack = Stack(new_app(), "Shop")
    cluster = make(stack)
    before = [node.node.path for node in stack.node.find_all()]
    with pytest.raises(Refused) as refused:
        EksIngress(stack, "Ingress", cluster=cluster, **settings)
    for word in [*words, "Shop/Ingress  (tests/synth/test_refusals.py:"]:
        assert word in str(refused.value)
    assert [node.node.path for node in stack.node.find_all()] == before


def test_all_that_an_imported_cluster_lacks_is_said_at_once() -> None:
    stack = Stack(new_app(), "Shop")
    cluster = aws_eks_v2.Cluster.from_cluster_attributes(stack, "Cluster", cluster_name="prod")
    with pytest.raises(Refused) as refused:
        EksIngress(stack, "Ingress", cluster=cluster)
    assert len(refused.value.problems) == 3


@pytest.mark.parametrize("other", ["stack", None, 7])
def test_a_cluster_of_another_type_is_a_type_error(other: object) -> None:
    stack = Stack(new_app(), "Shop")
    with pytest.raises(TypeError, match=r"is no EKS cluster\. Pass an aws_eks_v2\.Cluster, an aws_eks\.Cluster"):
        EksIngress(stack, "Ingress", cluster=stack if other == "stack" else other)  # type: ignore[arg-type]


@pytest.mark.parametrize("make", [v2_created, v2_imported])
def test_a_cluster_has_one_controller(make: Callable[[Stack], Any]) -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    cluster = make(stack)
    EksIngress(stack, "Ingress", cluster=cluster)
    with pytest.raises(Refused, match=r"has its controller from Shop/Ingress  \(tests/synth/test_refusals\.py:\d+\)"):
        EksIngress(Stack(app, "Other"), "Ingress", cluster=cluster)


def test_a_cluster_that_is_imported_twice_has_one_controller() -> None:
    app = new_app()
    one, two = Stack(app, "One"), Stack(app, "Two")
    EksIngress(one, "Ingress", cluster=v2_imported(one))
    with pytest.raises(Refused, match="two controllers would fight"):
        EksIngress(two, "Ingress", cluster=v2_imported(two))


def test_clusters_of_one_name_in_two_stages_are_two() -> None:
    app = new_app()
    for name in ("Test", "Production"):
        stack = Stack(Stage(app, name), "Shop")
        EksIngress(stack, "Ingress", cluster=v2_imported(stack))
    app.synth()


def test_two_clusters_in_one_stack_need_two_ids() -> None:
    stack = Stack(new_app(), "Shop")
    EksIngress(stack, "Ingress", cluster=v2_imported(stack))
    wrapper = Construct(stack, "Other")
    other = v2_imported(wrapper, cluster_name="other")
    with pytest.raises(Refused, match="id 'Ingress' is that of another EksIngress in the same stack"):
        EksIngress(wrapper, "Ingress", cluster=other)
    EksIngress(stack, "OtherIngress", cluster=other)


@pytest.mark.parametrize("make", [v2_created, v1_created])
def test_a_cluster_that_is_known_to_have_no_capacity_is_refused(make: Callable[..., Any]) -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    EksIngress(stack, "Ingress", cluster=make(stack, default_capacity=0))
    with pytest.raises(RuntimeError, match=r"(?s)Shop/Cluster has nothing that could run a pod.*Add a node group or a Fargate"):
        app.synth()


def test_auto_mode_is_capacity() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    cluster = v2_created(stack, default_capacity_type=aws_eks_v2.DefaultCapacityType.AUTOMODE, default_capacity=None)
    EksIngress(stack, "Ingress", cluster=cluster)
    app.synth()


def test_capacity_from_elsewhere_can_be_named() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    cluster = v2_created(stack, default_capacity=0)
    nodes = cluster.add_manifest("Nodes", {"apiVersion": "karpenter.sh/v1", "kind": "NodePool", "metadata": {"name": "x"}})
    EksIngress(stack, "Ingress", cluster=cluster, capacity=[nodes])
    app.synth()


def test_a_trust_policy_that_would_not_be_written_is_refused() -> None:
    shop = Shop()
    role = shop.ingress.role
    assert isinstance(role, aws_iam.Role)
    document = role.assume_role_policy
    assert document is not None
    document.add_statements(
        aws_iam.PolicyStatement(actions=["sts:AssumeRole"], principals=[aws_iam.AccountPrincipal("111122223333")])
    )
    assert "the trust policy of the controller's role was added to, which has no effect" in shop.refusal()


def test_all_problems_of_all_load_balancers_are_reported_in_one_run_and_nothing_is_written(tmp_path: Any) -> None:
    shop = Shop(app=App(context=FLAGS, outdir=str(tmp_path)))
    first = shop.ingress.add_load_balancer(
        "First", namespace="Bad_Namespace", name="-", listeners=[Listener.https(certificates=[])]
    )
    first.add_route("api", Service("api", 80))
    first.add_route("Shop.example.com/", Service("web", 80))
    first.add_route("shop.example.com/a*", Service("web", 80))
    second = shop.ingress.add_load_balancer("Second", namespace="shop")
    second.add_route("/a", Service("web", 80))
    second.add_route("/a/", Redirect(host="a.example.com"))
    second.add_route("/b", "web")  # type: ignore[arg-type]
    shop.ingress.add_load_balancer("Third", namespace="shop")
    refusal = shop.refusal()
    for words in (
        "namespace 'Bad_Namespace' is not a DNS label",
        "Write a name such as 'bad-namespace'.",
        "name '-' is not a DNS label",
        "HTTPS listener on port 443 has no certificate",
        "Write `Listener.https(certificates=[certificate])`.",
        "route 'api' has no path: a path begins with '/'",
        "host of route 'Shop.example.com/', 'Shop.example.com' has upper-case letters",
        "path of route 'shop.example.com/a*', '/a*' has a wildcard, which the controller refuses in a prefix path",
        "route '/a/' takes the same requests as '/a' in Shop/Ingress/Second  (tests/synth/test_refusals.py:",
        "backend of route '/b', 'web' is nothing that a route can lead to",
        "the load balancer has no routes",
        "error  Shop/Ingress/First  (tests/synth/test_refusals.py:",
        "error  Shop/Ingress/Third  (tests/synth/test_refusals.py:",
    ):
        assert words in refusal
    assert list(tmp_path.glob("*.template.json")) == []


def test_two_load_balancers_cannot_share_a_group_or_an_ingress_unawares() -> None:
    shop = Shop()
    for name in ("One", "Two"):
        shop.ingress.add_load_balancer(name, namespace="shop", group_name="shared").add_route("/", Service("web", 80))
    other = Stack(shop.app, "Team")
    same = ApplicationLoadBalancer(other, "One", ingress=shop.ingress, namespace="shop")
    same.add_route("/", Service("web", 80))
    refusal = shop.refusal()
    assert "group 'shared' belongs to the load balancer in Shop/Ingress/One" in refusal
    assert "Ingress 'shop/one' belongs to the load balancer in Shop/Ingress/One" in refusal
    assert refusal.count("belongs to the load balancer") == 2


LISTENERS: dict[str, tuple[list[Listener], list[str]]] = {
    "none": ([], ["listeners [] is empty"]),
    "one port twice": ([Listener.http(), Listener.http()], ["listener port 80 is given 2 times"]),
    "HTTPS without a word on certificates": ([Listener.https()], ["HTTPS listener on port 443 has no certificate"]),
    "redirect to nowhere": ([Listener.redirect_to_https()], ["port to redirect to, 443 is no HTTPS listener"]),
    "one HTTP listener redirected, one not": (
        [Listener.http(8080), Listener.redirect_to_https(), Listener.https(certificates=["arn:a"])],
        ["HTTP listeners on ports [8080] would be redirected as well"],
    ),
    "different certificates": (
        [Listener.https(certificates=["arn:a"]), Listener.https(8443, certificates=["arn:b"])],
        ["HTTPS listeners on ports [443, 8443] have different certificates"],
    ),
}


@pytest.mark.parametrize("case", LISTENERS)
def test_listeners_that_the_controller_cannot_make_are_refused(case: str) -> None:
    listeners, words = LISTENERS[case]
    shop = Shop()
    shop.ingress.add_load_balancer("Shop", namespace="shop", listeners=listeners).add_route("/", Service("web", 80))
    refusal = shop.refusal()
    assert all(word in refusal for word in words)


def test_a_provider_that_is_given_is_used() -> None:
    stack = Stack(new_app(), "Shop")
    provider = known_provider(Construct(stack, "Elsewhere"))
    cluster = v2_imported(stack, open_id_connect_provider=None)
    ingress = EksIngress(stack, "Ingress", cluster=cluster, identity=Identity.irsa(provider))
    assert ingress.oidc_provider is provider
