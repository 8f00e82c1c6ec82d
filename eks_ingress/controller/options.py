"""How the controller runs: what people set most of its Helm chart, with defaults for a cluster that serves customers.

Facts: the chart `aws-load-balancer-controller` 3.5.0, its values and templates; controller documentation, "Controller
configuration"; Kubernetes documentation, "Pod Security Standards", "Disruptions", "Taints and Tolerations".
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Literal

from eks_ingress.controller.chart_source import CHART
from eks_ingress.controller.gates import require_gates
from eks_ingress.controller.quantities import amount, require_cpu, require_memory
from eks_ingress.refusal import Refusals
from eks_ingress.tokens import has_token, known_part

_NONE: Mapping[str, Any] = MappingProxyType({})
_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_LABEL_KEY = re.compile(r"([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?", re.ASCII)
_LABEL_VALUE = re.compile(r"([A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?)?", re.ASCII)
_PERCENT = re.compile(r"[1-9][0-9]?%|100%")
_TAG = re.compile(r"[\w .:/=+\-@]*")
_TRACKING_TAGS = {
    "elbv2.k8s.aws/cluster",
    "elbv2.k8s.aws/resource",
    *(f"{kind}/{of}" for kind in ("ingress.k8s.aws", "service.k8s.aws") for of in ("stack", "resource")),
    *(f"gateway.k8s.aws.{kind}/{of}" for kind in ("nlb", "alb") for of in ("stack", "resource")),
}
"""Tags by which the controller finds what it made; it does not start with one of them among the default tags."""

HARDENED: Mapping[str, Any] = MappingProxyType(
    {
        "podSecurityContext": {"fsGroup": 65534, "runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "readOnlyRootFilesystem": True,
            "runAsNonRoot": True,
        },
    }
)
"""What the Pod Security Standard "restricted" asks for: the chart itself drops no capabilities and names no seccomp profile."""


@dataclass(frozen=True, slots=True)
class Resources:
    """What one pod of the controller gets of its node. Raises `Refused` for what is no quantity of Kubernetes.

    The requests are those that the chart names as an example; they let the scheduler place the pods, and a HorizontalPodAutoscaler
    count. On Fargate they fit the smallest pod. There are no limits by default: one on cpu delays the webhooks, and one on memory
    kills a controller whose cluster has grown, as it keeps all pods, Services and endpoints in memory; while it is down, no Ingress
    can be changed.
    """

    cpu: str = "100m"
    """Requested cpu: thousandths of a core (`250m`) or cores (`1`)."""
    memory: str = "128Mi"
    """Requested memory, in bytes with a unit (`256Mi`, `1Gi`)."""
    cpu_limit: str | None = None
    """Most cpu, at least `cpu`; None for no limit."""
    memory_limit: str | None = None
    """Most memory, at least `memory`; above it the pod is killed. None for no limit."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        for what, require, request, limit in (
            ("cpu", require_cpu, self.cpu, self.cpu_limit),
            ("memory", require_memory, self.memory, self.memory_limit),
        ):
            require(refusals, f"requested {what}", request)
            if limit is not None:
                require(refusals, f"limit of {what}", limit)
                least, most = amount(request), amount(limit)
                refusals.require(
                    least is None or most is None or most >= least,
                    f"limit of {what}",
                    limit,
                    f"is less than what is requested ({request}), which Kubernetes refuses",
                    "Raise the limit, or request less.",
                )
        refusals.settle()

    def values(self) -> dict[str, Any]:
        """Them as a container's `resources`."""
        limits = {"cpu": self.cpu_limit, "memory": self.memory_limit}
        found: dict[str, Any] = {"requests": {"cpu": self.cpu, "memory": self.memory}}
        if any(limits.values()):
            found["limits"] = {name: limit for name, limit in limits.items() if limit is not None}
        return found


@dataclass(frozen=True, slots=True)
class Toleration:
    """A taint of nodes on which the controller may run all the same. Raises `Refused` for what Kubernetes refuses.

    `Toleration("dedicated", "system")` is for the taint `dedicated=system` of any effect; `Toleration("dedicated")` for any value.
    """

    key: str | None = None
    """Key of the taint; None for every taint."""
    value: str | None = None
    """Value of the taint; None for any."""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"] | None = None
    """Effect of the taint; None for any."""
    during: timedelta | None = None
    """How long a pod stays after a `NoExecute` taint came, in whole seconds; None for ever."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        if self.key is not None:
            _require_label_key(refusals, "key of a toleration", self.key)
        refusals.require(
            self.key is not None or self.value is None,
            "toleration of the value",
            self.value,
            "names no key",
            "Give `key=`, or leave `value` out to tolerate every taint.",
        )
        if self.value is not None:
            _require_label_value(refusals, "value of a toleration", self.value)
        refusals.require(
            self.effect in (None, "NoSchedule", "PreferNoSchedule", "NoExecute"),
            "effect of a toleration",
            self.effect,
            "is none of Kubernetes",
            "Write 'NoSchedule', 'PreferNoSchedule' or 'NoExecute', or leave it out for all of them.",
        )
        if self.during is not None:
            _require_seconds(refusals, "`during` of a toleration", self.during, least=0)
            refusals.require(
                self.effect == "NoExecute",
                "`during` of a toleration",
                str(self.during),
                "is only for taints that evict",
                "Give `effect='NoExecute'`, or leave it out.",
            )
        refusals.settle()

    def values(self) -> dict[str, Any]:
        """It as an entry of a pod's `tolerations`."""
        said = {"key": self.key, "value": self.value, "effect": self.effect}
        found: dict[str, Any] = {"operator": "Exists" if self.value is None else "Equal"}
        found |= {name: value for name, value in said.items() if value is not None}
        if self.during is not None:
            found["tolerationSeconds"] = int(self.during.total_seconds())
        return found


@dataclass(frozen=True, slots=True)
class ServiceMonitor:
    """Tells a Prometheus operator to read the controller's metrics. The kind `ServiceMonitor` must be there before.

    Raises `Refused` for what Kubernetes or Prometheus would refuse.
    """

    namespace: str | None = None
    """Namespace of the ServiceMonitor. None: that of the controller."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Labels by which the operator finds it, such as `{"release": "prometheus"}`."""
    interval: timedelta = timedelta(minutes=1)
    """Time between two reads, in whole seconds; the chart's default."""
    timeout: timedelta | None = None
    """Time after which a read is given up, in whole seconds, at most `interval`. None: the operator's default."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        if self.namespace is not None:
            _require_name(refusals, "namespace of the service monitor", self.namespace)
        _require_labels(refusals, "label of the service monitor", self.labels)
        object.__setattr__(self, "labels", _frozen(self.labels))
        _require_seconds(refusals, "interval of the service monitor", self.interval)
        if self.timeout is not None:
            _require_seconds(refusals, "timeout of the service monitor", self.timeout)
            refusals.require(
                self.timeout <= self.interval,
                "timeout of the service monitor",
                str(self.timeout),
                f"is longer than its interval ({self.interval}), which Prometheus refuses",
                "Shorten the timeout.",
            )
        refusals.settle()

    def values(self) -> dict[str, Any]:
        """It as the chart's `serviceMonitor`."""
        found: dict[str, Any] = {"enabled": True, "interval": _seconds(self.interval)}
        if self.namespace is not None:
            found["namespace"] = self.namespace
        if self.labels:
            found["additionalLabels"] = dict(self.labels)
        if self.timeout is not None:
            found["scrapeTimeout"] = _seconds(self.timeout)
        return found


@dataclass(frozen=True, slots=True)
class ControllerOptions:
    """How the controller runs. Raises `Refused` with everything that is wrong with it, at once.

    Besides, the pods always run as the Pod Security Standard "restricted" asks: not as root, without capabilities, on a read-only
    file system, under the runtime's seccomp profile.
    """

    replicas: int = 2
    """Number of pods, at least 1. One works and the others stand by; all of them answer the API server's calls of the webhooks,
    without which no Ingress can be changed, so that two is the least for a cluster that others depend on."""
    resources: Resources = Resources()
    """What each pod gets of its node."""
    spread_over_zones: bool = True
    """Whether pods are put in different zones where there is room (`ScheduleAnyway`), so that one zone may fail."""
    max_unavailable: int | str | None = 1
    """How many pods a drain of nodes may take at once: a number from 1, or a share such as `'50%'`. None for no
    PodDisruptionBudget. Without effect for a single replica, for which the chart makes none."""
    node_selector: Mapping[str, str] = field(default_factory=dict)
    """Labels that a node must have to run the controller."""
    tolerations: Sequence[Toleration] = ()
    """Taints of nodes on which the controller may run all the same."""
    priority_class: str | None = "system-cluster-critical"
    """PriorityClass of the pods: the chart's default, one of the two that Kubernetes has; pods of lower priority make room. None
    for the cluster's default."""
    log_level: Literal["info", "debug"] = "info"
    """How much the controller says: `info`, or `debug`."""
    cert_manager: bool = False
    """Whether cert-manager, which must be there before, makes the certificate of the webhooks and renews it. By default the chart
    makes one for ten years at the first install and keeps it."""
    service_monitor: ServiceMonitor | bool = False
    """Whether a Prometheus operator, whose kinds must be there before, is told of the controller's metrics; True for a
    `ServiceMonitor()`."""
    feature_gates: Mapping[str, bool] = field(default_factory=dict)
    """Feature gates of controller 3.5.0 to open (True) or close (False). A name that the controller does not know is refused, as
    the controller would crash at every start."""
    sync_period: timedelta | None = None
    """Time after which the controller looks at everything again though nothing changed, in whole seconds. None: its default, 10
    hours. Each time costs calls of AWS APIs for every load balancer."""
    watch_namespace: str | None = None
    """The only namespace whose objects the controller sees. None for all."""
    default_tags: Mapping[str, str] = field(default_factory=dict)
    """AWS tags of all that the controller makes: letters, digits, spaces and `_ . : / = + - @`, keys up to 128 characters (without
    `=`), values up to 256."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        self._require_numbers(refusals)
        self._require_kinds(refusals)
        _require_labels(refusals, "node selector", self.node_selector)
        require_gates(refusals, "feature gate", self.feature_gates)
        require_tags(refusals, self.default_tags)
        if self.priority_class is not None:
            refusals.require(
                isinstance(self.priority_class, str) and all(map(_NAME.fullmatch, self.priority_class.split("."))),
                "priority_class",
                self.priority_class,
                "is not the name of a PriorityClass",
                "Write its name as `kubectl get priorityclasses` shows it, or None.",
            )
        if self.watch_namespace is not None:
            _require_name(refusals, "watch_namespace", self.watch_namespace)
        if self.sync_period is not None:
            _require_seconds(refusals, "sync_period", self.sync_period)
        refusals.settle()
        for name in ("node_selector", "feature_gates", "default_tags"):
            object.__setattr__(self, name, _frozen(getattr(self, name)))
        object.__setattr__(self, "tolerations", tuple(self.tolerations))

    def _require_numbers(self, refusals: Refusals) -> None:
        refusals.require(
            _is_number(self.replicas) and self.replicas >= 1,
            "replicas",
            self.replicas,
            "is no number of pods from 1: without a pod, the API server refuses every Ingress",
            "Write 1, or 2 for a cluster that others depend on.",
        )
        budget = self.max_unavailable
        refusals.require(
            budget is None
            or (_is_number(budget) and int(budget) >= 1)
            or (isinstance(budget, str) and _PERCENT.fullmatch(budget) is not None),
            "max_unavailable",
            budget,
            "is neither a number of pods from 1 nor a share from '1%' to '100%'; 0 would keep nodes from ever being drained",
            "Write 1, or None for no PodDisruptionBudget.",
        )

    def _require_kinds(self, refusals: Refusals) -> None:
        for name in ("spread_over_zones", "cert_manager"):
            value = getattr(self, name)
            refusals.require(isinstance(value, bool), name, value, "is neither True nor False", "Write True or False, unquoted.")
        refusals.require(
            isinstance(self.service_monitor, bool | ServiceMonitor),
            "service_monitor",
            self.service_monitor,
            "is neither True, False nor a ServiceMonitor",
            "Write True, or `ServiceMonitor(labels={…})`.",
        )
        refusals.require(
            isinstance(self.resources, Resources),
            "resources",
            self.resources,
            "is no Resources",
            "Write `Resources(cpu='100m', memory='128Mi')`.",
        )
        refusals.require(
            self.log_level in ("info", "debug"),
            "log_level",
            self.log_level,
            "is none of the controller's",
            "Write 'info' or 'debug'.",
        )
        for toleration in self.tolerations:
            refusals.require(
                isinstance(toleration, Toleration),
                "toleration",
                toleration,
                "is no Toleration",
                "Write `Toleration('key', 'value')`, or `Toleration('key')` for any value.",
            )

    def values(self) -> dict[str, Any]:
        """The chart's values that say so. What is as the controller has it anyway is left out."""
        found: dict[str, Any] = {
            "replicaCount": self.replicas,
            "resources": self.resources.values(),
            "priorityClassName": self.priority_class or "",
            "podSecurityContext": dict(HARDENED["podSecurityContext"]),
            "securityContext": dict(HARDENED["securityContext"]),
            "logLevel": self.log_level,
        }
        if self.spread_over_zones:
            found["topologySpreadConstraints"] = [_ZONES]
        if self.max_unavailable is not None and self.replicas > 1:
            found["podDisruptionBudget"] = {"maxUnavailable": self.max_unavailable}
        if self.node_selector:
            found["nodeSelector"] = dict(self.node_selector)
        if self.tolerations:
            found["tolerations"] = [toleration.values() for toleration in self.tolerations]
        if self.cert_manager:
            found["enableCertManager"] = True
        if self.service_monitor:
            found["serviceMonitor"] = (ServiceMonitor() if self.service_monitor is True else self.service_monitor).values()
        if self.feature_gates:
            found["controllerConfig"] = {"featureGates": dict(self.feature_gates)}
        if self.sync_period is not None:
            found["syncPeriod"] = _seconds(self.sync_period)
        if self.watch_namespace is not None:
            found["watchNamespace"] = self.watch_namespace
        if self.default_tags:
            found["defaultTags"] = dict(self.default_tags)
        return found


_ZONES = {
    "maxSkew": 1,
    "topologyKey": "topology.kubernetes.io/zone",
    "whenUnsatisfiable": "ScheduleAnyway",
    "labelSelector": {"matchLabels": {"app.kubernetes.io/instance": CHART}},
}


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _frozen(mapping: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(dict(mapping))


def _seconds(time: timedelta) -> str:
    """A time as Go and Prometheus read it."""
    return f"{int(time.total_seconds())}s"


def _require_seconds(refusals: Refusals, what: str, time: timedelta, least: int = 1) -> None:
    refusals.require(
        isinstance(time, timedelta) and time >= timedelta(seconds=least) and time.microseconds == 0,
        what,
        str(time),
        f"is no time of whole seconds from {least}",
        "Write `timedelta(minutes=…)`.",
    )


def _require_name(refusals: Refusals, what: str, name: str) -> None:
    refusals.require(
        isinstance(name, str) and (has_token(name) or (len(name) <= 63 and _NAME.fullmatch(name) is not None)),
        what,
        name,
        "is not the name of a namespace: 1 to 63 lower-case letters, digits and '-', with a letter or digit at both ends",
        "Write its name as `kubectl get namespaces` shows it.",
    )


def _require_labels(refusals: Refusals, what: str, labels: Mapping[str, str]) -> None:
    for key, value in labels.items():
        _require_label_key(refusals, f"key of a {what}", key)
        _require_label_value(refusals, f"value of a {what}", value)


def _require_label_key(refusals: Refusals, what: str, key: str) -> None:
    refusals.require(
        isinstance(key, str) and _LABEL_KEY.fullmatch(key) is not None,
        what,
        key,
        "is not the key of a Kubernetes label",
        "Write up to 63 letters, digits, '-', '_' and '.', after a domain and '/' if it has one.",
    )


def _require_label_value(refusals: Refusals, what: str, value: str) -> None:
    refusals.require(
        isinstance(value, str) and (has_token(value) or _LABEL_VALUE.fullmatch(value) is not None),
        what,
        value,
        "is not the value of a Kubernetes label",
        "Write text of up to 63 letters, digits, '-', '_' and '.'; 'true' in quotes.",
    )


def require_tags(refusals: Refusals, tags: Mapping[str, str]) -> None:
    """AWS' own rules, and those of a flag that is written `key=value,key=value` into a line of YAML."""
    for key, value in tags.items():
        refusals.require(
            isinstance(key, str) and 1 <= len(key) <= 128 and _goes_through(key) and "=" not in key,
            "key of a default tag",
            key,
            "is no key that AWS and the controller's flag both take",
            "Write up to 128 letters, digits, spaces and '_.:/+-@', no space at an end, no ': '.",
        )
        refusals.require(
            key not in _TRACKING_TAGS and not str(key).lower().startswith("aws:"),
            "default tag",
            key,
            "is a tag of AWS' or of the controller's own, which would not start",
            "Write another key.",
        )
        refusals.require(
            isinstance(value, str) and len(known_part(value)) <= 256 and _goes_through(known_part(value)),
            f"value of the default tag {key!r},",
            value,
            "is no text that AWS and the controller's flag both take",
            "Write up to 256 letters, digits, spaces and '_.:/=+-@', no space or ':' at an end, no ': '; numbers in quotes.",
        )


def _goes_through(text: str) -> bool:
    return _TAG.fullmatch(text) is not None and text == text.strip() and ": " not in text and not text.endswith(":")
