from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError
from datetime import timedelta
from typing import Any

import pytest

from eks_ingress import ControllerOptions, Resources, ServiceMonitor, Toleration
from tests.routing.refusals import reasons, refusals


def test_by_default_two_hardened_pods_in_different_zones_are_never_drained_together() -> None:
    assert ControllerOptions().values() == {
        "replicaCount": 2,
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}},
        "priorityClassName": "system-cluster-critical",
        "podSecurityContext": {"fsGroup": 65534, "runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
            "runAsNonRoot": True,
        },
        "logLevel": "info",
        "topologySpreadConstraints": [
            {
                "maxSkew": 1,
                "topologyKey": "topology.kubernetes.io/zone",
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": {"matchLabels": {"app.kubernetes.io/instance": "aws-load-balancer-controller"}},
            }
        ],
        "podDisruptionBudget": {"maxUnavailable": 1},
    }


VALUES: dict[str, tuple[ControllerOptions, dict[str, Any]]] = {
    "replicas": (ControllerOptions(replicas=3), {"replicaCount": 3}),
    "resources": (
        ControllerOptions(resources=Resources(cpu="250m", memory="256Mi", memory_limit="1Gi")),
        {"resources": {"requests": {"cpu": "250m", "memory": "256Mi"}, "limits": {"memory": "1Gi"}}},
    ),
    "all limits": (
        ControllerOptions(resources=Resources(cpu_limit="1", memory_limit="128Mi")),
        {"resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"cpu": "1", "memory": "128Mi"}}},
    ),
    "share": (ControllerOptions(max_unavailable="50%"), {"podDisruptionBudget": {"maxUnavailable": "50%"}}),
    "nodes": (ControllerOptions(node_selector={"role": "system"}), {"nodeSelector": {"role": "system"}}),
    "tolerations": (
        ControllerOptions(
            tolerations=[
                Toleration("dedicated", "system", "NoSchedule"),
                Toleration("spot"),
                Toleration(effect="NoExecute", during=timedelta(minutes=5)),
            ]
        ),
        {
            "tolerations": [
                {"key": "dedicated", "operator": "Equal", "value": "system", "effect": "NoSchedule"},
                {"key": "spot", "operator": "Exists"},
                {"operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300},
            ]
        },
    ),
    "priority": (ControllerOptions(priority_class=None), {"priorityClassName": ""}),
    "logs": (ControllerOptions(log_level="debug"), {"logLevel": "debug"}),
    "cert-manager": (ControllerOptions(cert_manager=True), {"enableCertManager": True}),
    "service monitor": (ControllerOptions(service_monitor=True), {"serviceMonitor": {"enabled": True, "interval": "60s"}}),
    "service monitor with all": (
        ControllerOptions(
            service_monitor=ServiceMonitor("monitoring", {"release": "prometheus"}, timedelta(seconds=30), timedelta(seconds=10))
        ),
        {
            "serviceMonitor": {
                "enabled": True,
                "interval": "30s",
                "namespace": "monitoring",
                "additionalLabels": {"release": "prometheus"},
                "scrapeTimeout": "10s",
            }
        },
    ),
    "gates": (
        ControllerOptions(feature_gates={"EnableTCPUDPListener": True, "NLBGatewayAPI": False}),
        {"controllerConfig": {"featureGates": {"EnableTCPUDPListener": True, "NLBGatewayAPI": False}}},
    ),
    "period": (ControllerOptions(sync_period=timedelta(hours=1)), {"syncPeriod": "3600s"}),
    "namespace": (ControllerOptions(watch_namespace="shop"), {"watchNamespace": "shop"}),
    "tags": (
        ControllerOptions(default_tags={"Team": "shop", "cost:centre": "42=a"}),
        {"defaultTags": {"Team": "shop", "cost:centre": "42=a"}},
    ),
}


@pytest.mark.parametrize("name", VALUES)
def test_an_option_becomes_its_value_of_the_chart_and_changes_no_other(name: str) -> None:
    options, expected = VALUES[name]
    assert options.values() == ControllerOptions().values() | expected


def test_what_is_turned_off_has_no_value() -> None:
    assert "topologySpreadConstraints" not in ControllerOptions(spread_over_zones=False).values()
    assert "podDisruptionBudget" not in ControllerOptions(max_unavailable=None).values()
    assert "podDisruptionBudget" not in ControllerOptions(replicas=1).values()


WRONG: dict[str, tuple[Callable[[], object], str]] = {
    "no pod": (lambda: ControllerOptions(replicas=0), "replicas 0 is no number of pods from 1"),
    "a flag as number": (lambda: ControllerOptions(replicas=True), "replicas True is no number"),
    "text as number": (lambda: ControllerOptions(replicas="2"), "replicas '2' is no number"),  # type: ignore[arg-type]
    "no drain ever": (lambda: ControllerOptions(max_unavailable=0), "0 would keep nodes from ever being drained"),
    "no share": (lambda: ControllerOptions(max_unavailable="0%"), "max_unavailable '0%' is neither"),
    "more than all": (lambda: ControllerOptions(max_unavailable="101%"), "max_unavailable '101%' is neither"),
    "quoted flag": (lambda: ControllerOptions(cert_manager="false"), "cert_manager 'false' is neither True nor False"),  # type: ignore[arg-type]
    "level": (lambda: ControllerOptions(log_level="trace"), "log_level 'trace' is none"),  # type: ignore[arg-type]
    "period": (lambda: ControllerOptions(sync_period=timedelta(0)), "sync_period '0:00:00' is no time of whole seconds from 1"),
    "period in parts": (lambda: ControllerOptions(sync_period=timedelta(seconds=1.5)), "is no time of whole seconds"),
    "period as number": (lambda: ControllerOptions(sync_period=60), "sync_period '60' is no time"),  # type: ignore[arg-type]
    "namespace": (lambda: ControllerOptions(watch_namespace="Shop"), "watch_namespace 'Shop' is not the name"),
    "priority": (lambda: ControllerOptions(priority_class=""), "priority_class '' is not the name"),
    "node label": (lambda: ControllerOptions(node_selector={"a b": "c"}), "key of a node selector 'a b' is not the key"),
    "node flag": (lambda: ControllerOptions(node_selector={"a": True}), "value of a node selector True is not the value"),  # type: ignore[dict-item]
    "monitor": (lambda: ControllerOptions(service_monitor={}), "service_monitor {} is neither"),  # type: ignore[arg-type]
    "resources": (lambda: ControllerOptions(resources={}), "resources {} is no Resources"),  # type: ignore[arg-type]
    "toleration": (lambda: ControllerOptions(tolerations=[{}]), "toleration {} is no Toleration"),  # type: ignore[list-item]
    "tag of the controller": (lambda: ControllerOptions(default_tags={"elbv2.k8s.aws/cluster": "x"}), "is a tag of AWS'"),
    "tag of AWS": (lambda: ControllerOptions(default_tags={"aws:x": "x"}), "is a tag of AWS'"),
    "tag with comma": (lambda: ControllerOptions(default_tags={"a": "b,c"}), "value of the default tag 'a', 'b,c' is no text"),
    "tag that YAML splits": (lambda: ControllerOptions(default_tags={"a": "b: c"}), "'b: c' is no text"),
    "tag as number": (lambda: ControllerOptions(default_tags={"a": 1}), "value of the default tag 'a', 1 is no text"),  # type: ignore[dict-item]
    "tag with equals": (lambda: ControllerOptions(default_tags={"a=b": "c"}), "key of a default tag 'a=b' is no key"),
    "long tag": (lambda: ControllerOptions(default_tags={"a" * 129: "b"}), "is no key that AWS"),
    "cpu in bytes": (lambda: Resources(cpu="100Mi"), "requested cpu '100Mi' is no amount of cpu"),
    "memory in thousandths": (lambda: Resources(memory="128m"), "requested memory '128m' is no amount of memory"),
    "memory without unit": (lambda: Resources(memory="128"), "requested memory '128' is no amount of memory"),
    "limit": (lambda: Resources(memory_limit="64Mi"), "limit of memory '64Mi' is less than what is requested (128Mi)"),
    "toleration of nothing": (lambda: Toleration(value="x"), "toleration of the value 'x' names no key"),
    "effect": (lambda: Toleration("a", effect="NoRun"), "effect of a toleration 'NoRun' is none"),  # type: ignore[arg-type]
    "during": (lambda: Toleration("a", during=timedelta(1)), "is only for taints that evict"),
    "scrape": (lambda: ServiceMonitor(timeout=timedelta(minutes=2)), "is longer than its interval (0:01:00)"),
    "monitor label": (lambda: ServiceMonitor(labels={"a": "b c"}), "value of a label of the service monitor 'b c'"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_work_is_refused(name: str) -> None:
    make, reason = WRONG[name]
    (found,) = reasons(make)
    assert reason in found


GATES = {
    "NLBHealthCheckAdvancedConfiguration": ("stands in the controller's documentation", "Write 'NLBHealthCheckAdvancedConfig'."),
    "EnableTCPUDPListenerType": ("stands in the controller's documentation", "Write 'EnableTCPUDPListener'."),
    "WeightedTargetGroup": ("is unknown to controller 3.5.0, which would crash", "Did you mean 'WeightedTargetGroups'?"),
    "enablergtapi": ("is unknown to controller 3.5.0", "Did you mean 'EnableRGTAPI'?"),
    "Http3": ("is unknown to controller 3.5.0", "It knows ALBGatewayAPI, "),
}


@pytest.mark.parametrize("gate", GATES)
def test_a_gate_that_would_crash_the_controller_is_refused_with_its_right_name(gate: str) -> None:
    ((reason, remedy),) = refusals(lambda: ControllerOptions(feature_gates={gate: True}))
    assert f"feature gate {gate!r} {GATES[gate][0]}" in reason
    assert remedy.startswith(GATES[gate][1])


def test_a_gate_is_open_or_closed_and_nothing_else() -> None:
    assert reasons(lambda: ControllerOptions(feature_gates={"EnableTCPUDPListener": "false"})) == [  # type: ignore[dict-item]
        "feature gate 'EnableTCPUDPListener' = 'false' is neither True nor False."
    ]


def test_all_that_is_wrong_is_refused_at_once() -> None:
    found = reasons(lambda: ControllerOptions(replicas=0, log_level="all", feature_gates={"X": True}))  # type: ignore[arg-type]
    assert [reason.split()[0] for reason in found] == ["replicas", "log_level", "feature"]


def test_tokens_pass() -> None:
    token = "${Token[Name.12]}"
    options = ControllerOptions(watch_namespace=token, default_tags={"a": token}, node_selector={"a": token})
    assert options.values()["watchNamespace"] == token


def test_options_stay_as_they_were_made() -> None:
    tags = {"a": "b"}
    options = ControllerOptions(default_tags=tags)
    tags["c"] = "d"
    assert options.values()["defaultTags"] == {"a": "b"}
    with pytest.raises(FrozenInstanceError):
        options.replicas = 3  # type: ignore[misc]
    with pytest.raises(TypeError):
        options.default_tags["c"] = "d"  # type: ignore[index]


@pytest.mark.parametrize(
    ("gate", "feature"),
    [
        ("EnableRGTAPI", "TAGGING_API"),
        ("GlobalAcceleratorController", "GLOBAL_ACCELERATOR"),
        ("EnableCertificateManagement", "CERTIFICATE_CREATION"),
        ("LBCapacityReservation", "CAPACITY_RESERVATION"),
    ],
)
def test_a_gate_that_needs_permissions_is_left_to_its_feature(gate: str, feature: str) -> None:
    ((reason, remedy),) = refusals(lambda: ControllerOptions(feature_gates={gate: True}))
    assert reason == f"feature gate {gate!r} belongs to a feature, which brings its permissions too."
    assert f"Feature.{feature} in `features=`" in remedy
