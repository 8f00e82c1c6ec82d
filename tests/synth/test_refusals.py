"""What is refused, with which words, and that nothing is made or written then."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, Environment, Stack, Stage, aws_eks, aws_eks_v2, aws_iam
from constructs import Construct

from eks_ingress import (
    ApplicationLoadBalancer,
    ClassSettings,
    EksIngress,
    Feature,
    Identity,
    Listener,
    MutualTls,
    Permissions,
    Redirect,
    Refused,
    Service,
    TargetGroup,
    TlsPolicy,
    WebAcl,
)
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
    first = shop.ingress.add_load_balancer("First", namespace="Bad_Namespace", name="-")
    first.add_route("api", Service("api", 80))
    first.add_route("Shop.example.com/", Service("web", 80))
    first.add_route("shop.example.com/a*", Service("web", 80))
    second = shop.ingress.add_load_balancer("Second", namespace="shop")
    second.add_route("/a", Service("web", 80))
    second.add_route("/a/", Redirect(host="a.example.com"))
    second.add_route("/b", "web")  # type: ignore[arg-type]
    second.add_route("/c", Service("web", 80), auth="cognito")  # type: ignore[arg-type]
    shop.ingress.add_load_balancer("Third", namespace="shop")
    fourth = shop.ingress.add_load_balancer("Fourth", namespace="shop", listeners=[Listener.https()])
    fourth.add_route("/", Service("web", 80))
    refusal = shop.refusal()
    for words in (
        "namespace 'Bad_Namespace' is not a DNS label",
        "Write a name such as 'bad-namespace'.",
        "name '-' is not a DNS label",
        "route 'api' has no path: a path begins with '/'",
        "host of route 'Shop.example.com/', 'Shop.example.com' has upper-case letters",
        "path of route 'shop.example.com/a*', '/a*' has a wildcard, which the controller refuses in a prefix path",
        "route '/a/' takes the same requests as '/a' in Shop/Ingress/Second  (tests/synth/test_refusals.py:",
        "backend of route '/b', 'web' is nothing that a route can lead to",
        "auth of route '/c', 'cognito' is nothing that clients could show",
        "the load balancer has no routes, so that none would be made.",
        "the HTTPS listener has no certificate, and no route names a host for which the controller could find one.",
        "Write `Listener.https(certificates=[certificate])`, or routes with hosts.",
        "error  Shop/Ingress/First  (tests/synth/test_refusals.py:",
        "error  Shop/Ingress/Third  (tests/synth/test_refusals.py:",
        "error  Shop/Ingress/Fourth  (tests/synth/test_refusals.py:",
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
    one = r"Shop/Ingress/One  \(tests/synth/test_refusals\.py:\d+\) as well\."
    assert re.search(
        rf"error  Shop/Ingress/Two .*\n +group 'shared' belongs to {one}\n +"
        r"Give one of them another id, or another `name=` or `group_name=`\.",
        refusal,
    )
    assert re.search(
        rf"error  Team/One .*\n +Ingress 'shop/one' belongs to {one}\n +Give one of them another id, or another `name=`\.",
        refusal,
    )
    assert refusal.count("as well.") == 2


CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/a"
OTHER_CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/b"
LISTENERS: dict[str, tuple[list[Listener], list[str]]] = {
    "none": ([], ["listeners [] is empty: nothing would answer."]),
    "one port twice": ([Listener.http(), Listener.http()], ["listener port 80 is given 2 times."]),
    "neither a certificate nor a host to find one for": (
        [Listener.https()],
        ["the HTTPS listener has no certificate, and no route names a host for which the controller could find one."],
    ),
    "a certificate to be created for no host": (
        [Listener.https(create_certificate=True)],
        ["a certificate is to be created, and no route names a host that it could be for."],
    ),
    "redirect to nowhere": (
        [Listener.redirect_to_https()],
        ["port to redirect to, 443 is no HTTPS listener of this load balancer.", "Add `Listener.https(443)`."],
    ),
    "redirects to two ports": (
        [Listener.redirect_to_https(), Listener.redirect_to_https(8080, to=8443), Listener.https(), Listener.https(8443)],
        ["ports to redirect to, [443, 8443] differ, while the controller knows one for a load balancer."],
    ),
    "one HTTP listener redirected, one not": (
        [Listener.http(8080), Listener.redirect_to_https(), Listener.https(certificates=[CERTIFICATE])],
        ["HTTP listeners on ports [8080] would be redirected as well"],
    ),
    "different certificates": (
        [Listener.https(certificates=[CERTIFICATE]), Listener.https(8443, certificates=[OTHER_CERTIFICATE])],
        ["HTTPS listeners on ports [443, 8443] differ in `certificates`, while the controller has one for all of them."],
    ),
    "different policies": (
        [Listener.https(tls_policy=TlsPolicy.RECOMMENDED), Listener.https(8443, tls_policy=TlsPolicy.TLS13_1_3_2021_06)],
        ["HTTPS listeners on ports [443, 8443] differ in `tls_policy`, while the controller has one for all of them."],
    ),
}


@pytest.mark.parametrize("case", LISTENERS)
def test_listeners_that_the_controller_cannot_make_are_refused(case: str) -> None:
    listeners, words = LISTENERS[case]
    shop = Shop()
    shop.ingress.add_load_balancer("Shop", namespace="shop", listeners=listeners).add_route("/", Service("web", 80))
    refusal = shop.refusal()
    assert all(word in refusal for word in words)


VIRGINIA = "us-east-1:111122223333"
ELSEWHERE: dict[str, tuple[Callable[[Shop], None], str]] = {
    "certificate": (
        lambda shop: with_routes(shop, listeners=[Listener.https(certificates=[f"arn:aws:acm:{VIRGINIA}:certificate/a"])]),
        f"alb.ingress.kubernetes.io/certificate-arn names arn:aws:acm:{VIRGINIA}:certificate/a",
    ),
    "web ACL": (
        lambda shop: with_routes(shop, web_acl=WebAcl.by_arn(f"arn:aws:wafv2:{VIRGINIA}:regional/webacl/shop/1")),
        f"alb.ingress.kubernetes.io/wafv2-acl-arn names arn:aws:wafv2:{VIRGINIA}:regional/webacl/shop/1",
    ),
    "target group": (
        lambda shop: with_routes(shop, TargetGroup(f"arn:aws:elasticloadbalancing:{VIRGINIA}:targetgroup/theirs/0a1b")),
        "alb.ingress.kubernetes.io/actions.forward-shop-example-com names "
        f"arn:aws:elasticloadbalancing:{VIRGINIA}:targetgroup/theirs/0a1b",
    ),
    "trust store": (
        lambda shop: with_routes(
            shop,
            listeners=[Listener.https(mutual_tls=MutualTls.verify(f"arn:aws:elasticloadbalancing:{VIRGINIA}:truststore/a/0a1b"))],
        ),
        f"alb.ingress.kubernetes.io/mutual-authentication names arn:aws:elasticloadbalancing:{VIRGINIA}:truststore/a/0a1b",
    ),
    "certificate of a class": (
        lambda shop: lay_down(shop, certificates=[f"arn:aws:acm:{VIRGINIA}:certificate/a"]),
        f"certificateArn names arn:aws:acm:{VIRGINIA}:certificate/a",
    ),
    "web ACL of a class": (
        lambda shop: lay_down(shop, web_acl=WebAcl.by_arn(f"arn:aws:wafv2:{VIRGINIA}:regional/webacl/shop/1")),
        f"wafv2AclArn names arn:aws:wafv2:{VIRGINIA}:regional/webacl/shop/1",
    ),
}


def with_routes(shop: Shop, backend: Service | TargetGroup = Service("web", 80), **settings: Any) -> None:
    shop.ingress.add_load_balancer("Shop", namespace="shop", **settings).add_route("shop.example.com/", backend)


def lay_down(shop: Shop, **settings: Any) -> None:
    shop.ingress.add_class("Shop", settings=ClassSettings(**settings))


@pytest.mark.parametrize("case", ELSEWHERE)
def test_what_is_in_another_region_is_refused_where_the_region_is_known(case: str) -> None:
    make, words = ELSEWHERE[case]
    shop = Shop(env=Environment(account="111122223333", region="eu-west-1"))
    make(shop)
    assert re.search(
        r"EKI240 error  Shop/Ingress/Shop  \(tests/synth/test_refusals\.py:\d+\)\n"
        rf" +{re.escape(words)}, which is in us-east-1, while the load balancer is in eu-west-1\.\n"
        r" +Name one of its own region\.",
        shop.refusal(),
    )
    there = Shop(env=Environment(account="111122223333", region="us-east-1"))
    make(there)
    there.app.synth()


@pytest.mark.parametrize("case", ELSEWHERE)
def test_where_the_region_is_not_known_nothing_is_said_of_it(case: str) -> None:
    shop = Shop()
    ELSEWHERE[case][0](shop)
    shop.app.synth()


def test_a_provider_that_is_given_is_used() -> None:
    stack = Stack(new_app(), "Shop")
    provider = known_provider(Construct(stack, "Elsewhere"))
    cluster = v2_imported(stack, open_id_connect_provider=None)
    ingress = EksIngress(stack, "Ingress", cluster=cluster, identity=Identity.irsa(provider))
    assert ingress.oidc_provider is provider


def test_what_needs_a_feature_that_the_controller_has_not_is_refused() -> None:
    shop = Shop({"permissions": Permissions.STRICT, "features": [Feature.SHIELD]})
    balancer = shop.ingress.add_load_balancer("Shop", namespace="shop", listeners=[Listener.https()], shield=True)
    balancer.add_route("shop.example.com/", Service("web", 80))
    refusal = shop.refusal()
    assert "EKI505 error  Shop/Ingress/Shop" in refusal
    assert "an HTTPS listener without certificates needs Feature.CERTIFICATE_DISCOVERY" in refusal
    assert "SHIELD, which" not in refusal


def test_what_a_role_of_others_may_do_is_not_judged() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    role = aws_iam.Role.from_role_arn(stack, "Role", "arn:aws:iam::111122223333:role/controller")
    identity = Identity.existing_role(role)
    ingress = EksIngress(stack, "Ingress", cluster=v2_imported(stack), identity=identity, features=[Feature.SHIELD])
    https = ingress.add_load_balancer("Shop", namespace="shop", listeners=[Listener.https()])
    https.add_route("shop.example.com/", Service("web", 80))
    app.synth()
