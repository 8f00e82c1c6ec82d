"""What Helm, the one with which CDK deploys, makes of the values and the real chart: option by option, down to the objects."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml
from aws_cdk import Environment, Stack

from eks_ingress import ControllerOptions, EksIngress, Feature, Identity, Image, Resources, ServiceMonitor, Toleration
from eks_ingress.controller.features import GATES as OF_FEATURES
from eks_ingress.controller.gates import GATES as ALL_GATES
from tests.chart import WITHOUT_CHART, real_chart
from tests.synth.apps import new_app, plain, template, v2_imported
from tests.synth.binaries import binary

GATES = {name: is_open for name, is_open in ALL_GATES.items() if name not in OF_FEATURES}
"""The gates that are options; the others come with features."""

pytestmark = [pytest.mark.chart, pytest.mark.skipif(real_chart() is None, reason=WITHOUT_CHART)]

NAME = "aws-load-balancer-controller"
KUBERNETES = "1.35"
Objects = dict[tuple[str, str], dict[str, Any]]


def objects(**given: Any) -> Objects:
    """The objects of the release by kind and name, for an EksIngress with these arguments."""
    app = new_app()
    stack = Stack(app, "Shop", env=Environment(region="eu-west-1"))
    EksIngress(stack, "Ingress", cluster=v2_imported(stack), **given)
    found = template(app, "Shop")["Resources"]["IngressChart"]["Properties"]
    return rendered(plain(found["Values"]), found["Release"], found["Namespace"])


def rendered(values: str, release: str = NAME, namespace: str = "kube-system") -> Objects:
    command = [str(binary("helm")), "template", release, str(real_chart()), "--namespace", namespace, "--values", "-"]
    command += ["--kube-version", KUBERNETES]
    done = subprocess.run(command, input=values, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: Objects = {}
    for document in yaml.safe_load_all(done.stdout):
        for body in (document or {}).get("items") or ([document] if document else []):
            found[body["kind"], body["metadata"]["name"]] = body
    return found


def deployment(found: Objects) -> dict[str, Any]:
    return found["Deployment", NAME]


def pod(found: Objects) -> dict[str, Any]:
    spec: dict[str, Any] = deployment(found)["spec"]["template"]["spec"]
    return spec


def container(found: Objects) -> dict[str, Any]:
    (only,) = pod(found)["containers"]
    assert isinstance(only, dict)
    return only


def args(found: Objects) -> dict[str, str]:
    """The flags of the controller."""
    return dict(arg.removeprefix("--").split("=", 1) for arg in container(found)["args"])


def flag(name: str) -> Callable[[Objects], Any]:
    return lambda found: args(found).get(name)


def budget(found: Objects) -> Any:
    return found.get(("PodDisruptionBudget", NAME), {}).get("spec", {}).get("maxUnavailable")


def kinds(found: Objects) -> set[str]:
    return {kind for kind, _ in found}


def monitor(found: Objects) -> tuple[str, str, Any]:
    body = found["ServiceMonitor", NAME]
    (endpoint,) = body["spec"]["endpoints"]
    return (
        body["metadata"]["namespace"],
        body["metadata"]["labels"].get("release"),
        (endpoint["interval"], endpoint.get("scrapeTimeout")),
    )


OPTIONS: list[tuple[str, ControllerOptions, Callable[[Objects], Any], Any, Any]] = [
    # option, options, where it arrives, what arrives by default, what arrives with the options
    ("replicas", ControllerOptions(replicas=3), lambda found: deployment(found)["spec"]["replicas"], 2, 3),
    (
        "resources",
        ControllerOptions(resources=Resources("250m", "256Mi", memory_limit="1Gi")),
        lambda found: container(found)["resources"],
        {"requests": {"cpu": "100m", "memory": "128Mi"}},
        {"requests": {"cpu": "250m", "memory": "256Mi"}, "limits": {"memory": "1Gi"}},
    ),
    (
        "spread_over_zones",
        ControllerOptions(spread_over_zones=False),
        lambda found: [spread["topologyKey"] for spread in pod(found).get("topologySpreadConstraints", [])],
        ["topology.kubernetes.io/zone"],
        [],
    ),
    ("max_unavailable", ControllerOptions(max_unavailable="50%"), budget, 1, "50%"),
    ("max_unavailable", ControllerOptions(max_unavailable=None), budget, 1, None),
    ("max_unavailable", ControllerOptions(replicas=1), budget, 1, None),
    (
        "node_selector",
        ControllerOptions(node_selector={"role": "true"}),
        lambda found: pod(found).get("nodeSelector"),
        None,
        {"role": "true"},
    ),
    (
        "tolerations",
        ControllerOptions(tolerations=[Toleration("dedicated", "system", "NoExecute", timedelta(minutes=1))]),
        lambda found: pod(found).get("tolerations"),
        None,
        [{"key": "dedicated", "operator": "Equal", "value": "system", "effect": "NoExecute", "tolerationSeconds": 60}],
    ),
    (
        "priority_class",
        ControllerOptions(priority_class=None),
        lambda found: pod(found).get("priorityClassName"),
        "system-cluster-critical",
        None,
    ),
    ("log_level", ControllerOptions(log_level="debug"), flag("log-level"), "info", "debug"),
    (
        "cert_manager",
        ControllerOptions(cert_manager=True),
        lambda found: (("Secret" in kinds(found)), {"Certificate", "Issuer"} <= kinds(found)),
        (True, False),
        (False, True),
    ),
    ("service_monitor", ControllerOptions(service_monitor=True), lambda found: "ServiceMonitor" in kinds(found), False, True),
    (
        "feature_gates",
        ControllerOptions(feature_gates={"EnableTCPUDPListener": True}),
        flag("feature-gates"),
        None,
        "EnableTCPUDPListener=true",
    ),
    (
        "feature_gates",
        ControllerOptions(feature_gates={name: not is_open for name, is_open in GATES.items()}),
        flag("feature-gates"),
        None,
        ",".join(f"{name}={str(not GATES[name]).lower()}" for name in sorted(GATES)),
    ),
    ("sync_period", ControllerOptions(sync_period=timedelta(hours=1)), flag("sync-period"), None, "3600s"),
    ("watch_namespace", ControllerOptions(watch_namespace="shop"), flag("watch-namespace"), None, "shop"),
    (
        "default_tags",
        ControllerOptions(default_tags={"Cost centre": "a/b:c=d", "Team": "", "x": "123456789012"}),
        flag("default-tags"),
        None,
        "Cost centre=a/b:c=d,Team=,x=123456789012",
    ),
]


@pytest.fixture(scope="module")
def by_default() -> Objects:
    return objects()


@pytest.mark.parametrize(
    ("name", "options", "where", "before", "after"), OPTIONS, ids=[f"{i} {row[0]}" for i, row in enumerate(OPTIONS)]
)
def test_an_option_arrives_in_its_object(
    by_default: Objects, name: str, options: ControllerOptions, where: Callable[[Objects], Any], before: Any, after: Any
) -> None:
    assert where(by_default) == before
    assert where(objects(options=options)) == after


def test_every_option_is_in_the_table() -> None:
    assert {row[0] for row in OPTIONS} == set(ControllerOptions.__dataclass_fields__)


def test_a_service_monitor_says_where_it_is_and_how_often_it_reads() -> None:
    options = ControllerOptions(
        service_monitor=ServiceMonitor("monitoring", {"release": "prometheus"}, timedelta(seconds=30), timedelta(seconds=10))
    )
    assert monitor(objects(options=options)) == ("monitoring", "prometheus", ("30s", "10s"))


def test_the_pods_are_as_the_standard_restricted_asks(by_default: Objects) -> None:
    assert pod(by_default)["securityContext"]["runAsNonRoot"] is True
    assert pod(by_default)["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container(by_default)["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
        "runAsNonRoot": True,
    }
    assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod(by_default))
    allowed = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}
    assert all(set(volume) - {"name"} <= allowed for volume in pod(by_default)["volumes"])


def test_zones_are_told_apart_by_the_labels_that_the_pods_have(by_default: Objects) -> None:
    (spread,) = pod(by_default)["topologySpreadConstraints"]
    labels = deployment(by_default)["spec"]["template"]["metadata"]["labels"]
    assert spread["labelSelector"]["matchLabels"].items() <= labels.items()
    assert spread["whenUnsatisfiable"] == "ScheduleAnyway"


def test_the_controller_is_told_where_it_is(by_default: Objects) -> None:
    assert args(by_default) == {
        "cluster-name": "prod",
        "ingress-class": "alb",
        "aws-region": "eu-west-1",
        "aws-vpc-id": "vpc-12345",
        "log-level": "info",
        "default-target-type": "ip",
        "enable-shield": "true",
        "enable-waf": "true",
        "enable-wafv2": "true",
    }


def test_features_switch_the_controller() -> None:
    options = ControllerOptions(feature_gates={"ALBSingleSubnet": True})
    found = args(objects(features=[Feature.WAFV2, Feature.TAGGING_API], options=options))
    assert {name: found[name] for name in ("enable-shield", "enable-waf", "enable-wafv2", "feature-gates")} == {
        "enable-shield": "false",
        "enable-waf": "false",
        "enable-wafv2": "true",
        "feature-gates": "ALBSingleSubnet=true,EnableRGTAPI=true,LBCapacityReservation=false",
    }


def test_the_account_names_the_role_and_is_that_of_the_pods_and_of_what_they_may_do(by_default: Objects) -> None:
    metadata = by_default["ServiceAccount", NAME]["metadata"]
    assert metadata["namespace"] == "kube-system"
    assert metadata["annotations"] == {"eks.amazonaws.com/role-arn": "<IngressRole.Arn>"}
    assert pod(by_default)["serviceAccountName"] == NAME
    elsewhere = objects(service_account_name="lbc", namespace="infra")
    assert elsewhere["ServiceAccount", "lbc"]["metadata"]["namespace"] == "infra"
    assert pod(elsewhere)["serviceAccountName"] == "lbc"
    for kind in ("RoleBinding", "ClusterRoleBinding"):
        for (found, _), body in by_default.items():
            if found == kind:
                assert body["subjects"] == [{"kind": "ServiceAccount", "name": NAME, "namespace": "kube-system"}]


def test_pod_identity_leaves_the_account_without_a_role() -> None:
    found = objects(identity=Identity.pod_identity(install_agent=False))
    assert "annotations" not in found["ServiceAccount", NAME]["metadata"]


def test_an_account_that_is_taken_over_is_left_to_who_changes_it() -> None:
    found = objects(take_over_service_account=True)
    assert "ServiceAccount" not in kinds(found)
    assert pod(found)["serviceAccountName"] == NAME


def test_new_services_are_left_to_others(by_default: Objects) -> None:
    webhooks = [hook["name"] for hook in by_default["MutatingWebhookConfiguration", "aws-load-balancer-webhook"]["webhooks"]]
    assert webhooks
    assert "mservice.elbv2.k8s.aws" not in webhooks
    with_it = objects(values={"enableServiceMutatorWebhook": True})
    assert "mservice.elbv2.k8s.aws" in [
        hook["name"] for hook in with_it["MutatingWebhookConfiguration", "aws-load-balancer-webhook"]["webhooks"]
    ]


def test_the_class_of_the_ingresses_is_made() -> None:
    assert objects(ingress_class_name="public")["IngressClass", "public"]["spec"] == {"controller": "ingress.k8s.aws/alb"}


IMAGES: dict[str, tuple[Image, str, str, Any]] = {
    "by region": (Image.by_region(), "public.ecr.aws/eks/aws-load-balancer-controller:v3.5.0", "IfNotPresent", None),
    "regional": (
        Image.regional(),
        "602401143452.dkr.ecr.eu-west-1.amazonaws.com/amazon/aws-load-balancer-controller:v3.5.0",
        "IfNotPresent",
        None,
    ),
    "of one's own": (
        Image.of("registry.example.com/lbc", tag=f"v1@sha256:{'a' * 64}", pull_policy="Always", pull_secrets=["key"]),
        f"registry.example.com/lbc:v1@sha256:{'a' * 64}",
        "Always",
        [{"name": "key"}],
    ),
}


@pytest.mark.parametrize("name", IMAGES)
def test_an_image_arrives(name: str) -> None:
    image, expected, policy, secrets = IMAGES[name]
    found = objects(image=image)
    assert (container(found)["image"], container(found)["imagePullPolicy"]) == (expected, policy)
    assert pod(found).get("imagePullSecrets") == secrets


VALUES: list[tuple[dict[str, Any], Callable[[Objects], Any], Any]] = [
    ({"hostNetwork": True, "dnsPolicy": "ClusterFirstWithHostNet"}, lambda found: pod(found)["hostNetwork"], True),
    ({"enableEndpointSlices": False}, flag("enable-endpoint-slices"), "false"),
    ({"externalManagedTags": ["a", "b"]}, flag("external-managed-tags"), "a,b"),
    ({"env": {"HTTPS_PROXY": "http://proxy:3128"}}, lambda found: container(found)["env"][0]["value"], "http://proxy:3128"),
    ({"podLabels": {"team": "shop"}}, lambda found: deployment(found)["spec"]["template"]["metadata"]["labels"]["team"], "shop"),
    (
        {"podDisruptionBudget": {"minAvailable": 1}},
        lambda found: {key for key in found["PodDisruptionBudget", NAME]["spec"] if key != "selector"},
        {"minAvailable"},
    ),
    ({"autoscaling": {"enabled": True}}, lambda found: found["HorizontalPodAutoscaler", NAME]["spec"]["maxReplicas"], 5),
    (
        {
            "autoscaling": {
                "enabled": True,
                "maxReplicas": 3,
                "autoscaleBehavior": {"scaleDown": {"stabilizationWindowSeconds": 60}},
            }
        },
        lambda found: found["HorizontalPodAutoscaler", NAME]["spec"]["behavior"],
        {"scaleDown": {"stabilizationWindowSeconds": 60}},
    ),
    ({"controllerConfig": {"featureGates": {"ALBSingleSubnet": True}}}, flag("feature-gates"), "ALBSingleSubnet=true"),
    (
        {"securityContext": {"readOnlyRootFilesystem": False}},
        lambda found: container(found)["securityContext"]["capabilities"],
        {"drop": ["ALL"]},
    ),
    ({"ingressClassConfig": {"default": True}}, lambda found: bool(found["IngressClass", "alb"]["metadata"]["annotations"]), True),
]


@pytest.mark.parametrize(
    ("values", "where", "expected"), VALUES, ids=[next(iter(row[0])) + f" {i}" for i, row in enumerate(VALUES)]
)
def test_a_value_arrives(values: dict[str, Any], where: Callable[[Objects], Any], expected: Any) -> None:
    assert where(objects(values=values)) == expected


def test_what_is_refused_is_what_helm_would_let_pass_without_effect() -> None:
    base = {"clusterName": "prod"}
    plain_one = deployment(rendered(json.dumps(base)))
    for ignored in (
        {"podDisruptionBugdet": {"maxUnavailable": 1}},
        {"enableBackendSecurityGroup": "false"},
        {"affinity": None, "replicaCont": 3},
    ):
        assert deployment(rendered(json.dumps(base | ignored))) == plain_one
    assert args(rendered(json.dumps(base | {"maxTargetsPerTargetGroup": 1_000_000})))["max-targets-per-target-group"] == "1e+06"


@pytest.mark.parametrize(
    "options", [ControllerOptions(), OPTIONS[1][1], OPTIONS[7][1]], ids=["default", "resources", "tolerations"]
)
def test_kubernetes_takes_what_is_rendered(options: ControllerOptions) -> None:
    for (kind, _), body in objects(options=options).items():
        if kind not in ("IngressClassParams", "CustomResourceDefinition"):
            kubernetes_validate.validate(body, KUBERNETES, strict=False)


@pytest.mark.known_chart
def test_the_chart_at_hand_is_the_one_that_is_known() -> None:
    chart = real_chart()
    assert chart is not None
    assert yaml.safe_load(Path(chart, "Chart.yaml").read_text("utf-8"))["version"] == "3.5.0"
