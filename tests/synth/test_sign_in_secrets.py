"""The Secrets that `Oidc` names: the controller may read each of them, and no other, before it needs it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from aws_cdk import CfnParameter, Stack

from eks_ingress import (
    ApplicationLoadBalancer,
    EksIngress,
    HealthCheck,
    Ingress,
    KubernetesIngress,
    KubernetesManifests,
    Listener,
    Oidc,
    Service,
)
from tests.synth.apps import Shop, kubernetes_objects, new_app, template, v2_imported
from tests.synth.graph import Graph

CERTIFICATE = "arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"
URL = "https://login.example.com"
KUBERNETES = "Custom::AWSCDK-EKS-KubernetesResource"
IDP = json.dumps(
    {
        **dict.fromkeys(("issuer", "authorizationEndpoint", "tokenEndpoint", "userInfoEndpoint"), URL),
        "secretName": "staff",
    }
)


def oidc(secret: str = "staff") -> Oidc:
    return Oidc(issuer=URL, authorization_endpoint=URL, token_endpoint=URL, user_info_endpoint=URL, secret=secret)


def balancer(scope: Stack, ingress: Any, name: str = "Shop", secret: str = "staff") -> ApplicationLoadBalancer:
    made = ApplicationLoadBalancer(
        scope, name, ingress, namespace="shop", listeners=[Listener.https(certificates=[CERTIFICATE])], auth=oidc(secret)
    )
    made.add_route("/", Service("web", 80))
    return made


def of_kind(resources: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [body for body in kubernetes_objects(resources) if body["kind"] == kind]


def test_the_controller_may_read_the_secret_and_no_other() -> None:
    shop = Shop(settings={"namespace": "ingress-system", "service_account_name": "balancing"})
    balancer(shop.stack, shop.ingress)
    resources = shop.resources()
    (role,), (binding,) = of_kind(resources, "Role"), of_kind(resources, "RoleBinding")
    assert role["metadata"] == binding["metadata"] == {"name": "ingress-shop-sign-in", "namespace": "shop"}
    assert role["rules"] == [
        {"apiGroups": [""], "resources": ["secrets"], "resourceNames": ["staff"], "verbs": ["get", "list", "watch"]}
    ]
    assert binding["roleRef"] == {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "ingress-shop-sign-in"}
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": "balancing", "namespace": "ingress-system"}]


def test_nothing_is_made_where_no_secret_is_named() -> None:
    shop = Shop()
    shop.ingress.add_load_balancer("Shop", namespace="shop").add_route("/", Service("web", 80))
    assert [body["kind"] for body in shop.objects()] == ["Ingress"]


def test_the_ingress_comes_after_that_and_goes_before_it() -> None:
    app = new_app()
    shop = Shop(app=app)
    balancer(Stack(app, "Team"), shop.ingress)
    graph = Graph(app)
    made = {body["kind"]: ("Team", name) for name, body in objects_by_id(app, "Team")}
    assert made["Role"] in graph.waits_for(made["Ingress"])
    assert made["Ingress"] in graph.gone_before(made["Role"])
    (chart,) = graph.of_type("Custom::AWSCDK-EKS-HelmChart")
    assert chart in graph.waits_for(made["Role"])


def objects_by_id(app: Any, stack: str) -> list[tuple[str, dict[str, Any]]]:
    resources = template(app, stack)["Resources"]
    return [(name, body) for name, resource in resources.items() for body in kubernetes_objects({name: resource})]


def test_a_load_balancer_with_the_same_secret_in_several_ingresses_has_it_read_once() -> None:
    shop = Shop()
    made = balancer(shop.stack, shop.ingress)
    made.add_route("shop.example.com/nodes", Service("nodes", 80, health_check=HealthCheck(path="/healthz")))
    resources = shop.resources()
    assert len(of_kind(resources, "Ingress")) == 2
    assert len(of_kind(resources, "Role")) == 1


def test_each_load_balancer_has_it_read_by_itself_so_that_one_can_go_without_the_other() -> None:
    shop = Shop()
    balancer(shop.stack, shop.ingress)
    balancer(shop.stack, shop.ingress, "Admin")
    names = [role["metadata"]["name"] for role in of_kind(shop.resources(), "Role")]
    assert names == ["ingress-shop-sign-in", "ingress-admin-sign-in"]


def test_one_typed_ingress_has_its_secret_read() -> None:
    shop = Shop()
    spec = Ingress(
        namespace="shop",
        listeners=[Listener.https(certificates=[CERTIFICATE])],
        auth=oidc(),
        default_backend=Service("web", 80),
    )
    KubernetesIngress(shop.stack, "Plain", shop.ingress, spec)
    assert [role["metadata"]["name"] for role in of_kind(shop.resources(), "Role")] == ["ingress-plain-sign-in"]


def manifests(shop: Shop) -> None:
    annotations = {
        "alb.ingress.kubernetes.io/listen-ports": '[{"HTTPS": 443}]',
        "alb.ingress.kubernetes.io/certificate-arn": CERTIFICATE,
        "alb.ingress.kubernetes.io/auth-type": "oidc",
        "alb.ingress.kubernetes.io/auth-idp-oidc": IDP,
    }
    backend = {"service": {"name": "web", "port": {"number": 80}}}
    KubernetesManifests(
        shop.stack,
        "Yaml",
        shop.ingress,
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}},
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "Ingress",
            "metadata": {"name": "web", "namespace": "shop", "annotations": annotations},
            "spec": {"ingressClassName": "alb", "defaultBackend": backend},
        },
    )


def test_yaml_that_names_a_secret_has_it_read_after_its_namespace_is_there() -> None:
    shop = Shop()
    manifests(shop)
    graph = Graph(shop.app)
    made = {body["kind"]: ("Shop", name) for name, body in objects_by_id(shop.app, "Shop")}
    assert made["Namespace"] in graph.waits_for(made["Role"])
    assert made["Role"] in graph.waits_for(made["Ingress"])


def test_a_controller_that_reads_all_secrets_anyway_is_allowed_nothing_more() -> None:
    shop = Shop(settings={"values": {"clusterSecretsPermissions": {"allowAllSecrets": True}}})
    balancer(shop.stack, shop.ingress)
    assert of_kind(shop.resources(), "Role") == []


def test_the_name_of_a_secret_may_be_known_only_at_deploy_time() -> None:
    shop = Shop()
    balancer(shop.stack, shop.ingress, secret=CfnParameter(shop.stack, "Secret").value_as_string)
    (role,) = of_kind(shop.resources(), "Role")
    assert role["rules"][0]["resourceNames"] == ["<Secret>"]


def existing(**settings: Any) -> tuple[Any, Any]:
    app = new_app()
    stack = Stack(app, "Shop")
    return app, EksIngress.from_existing(stack, "Ingress", cluster=v2_imported(stack), **settings)


def test_a_controller_of_others_may_read_it_where_its_account_is_known() -> None:
    app, host = existing(namespace="platform", service_account_name="lbc")
    balancer(Stack.of(host), host)
    (binding,) = of_kind(template(app, "Shop")["Resources"], "RoleBinding")
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": "lbc", "namespace": "platform"}]
    assert list(app.synth().get_stack_by_name("Shop").messages) == []


def test_a_controller_of_others_whose_account_is_not_known_is_told_of() -> None:
    app, host = existing()
    made = balancer(Stack.of(host), host)
    (told,) = [str(message.entry.data) for message in app.synth().get_stack_by_name("Shop").messages]
    assert told.startswith("EKI510 warning  Shop/Shop")
    assert "Ingress shop/shop names the Secret 'staff' for sign-in." in told
    assert of_kind(template(app, "Shop")["Resources"], "Role") == []
    assert made.problems() == []


def test_that_it_may_read_the_secret_can_be_said() -> None:
    app, host = existing()
    balancer(Stack.of(host), host).acknowledge("EKI510", "its chart has allowAllSecrets")
    assert list(app.synth().get_stack_by_name("Shop").messages) == []


@pytest.mark.parametrize(
    ("given", "what"),
    [({"service_account_name": "LBC", "namespace": "a.b"}, ["namespace 'a.b'", "service_account_name 'LBC'"])],
)
def test_what_is_no_account_is_refused(given: dict[str, str], what: list[str]) -> None:
    with pytest.raises(ValueError, match="namespace") as refused:
        existing(**given)
    assert all(words in str(refused.value) for words in what)
