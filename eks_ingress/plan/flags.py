"""What the controller is told on its command line, as far as it decides what is built.

Facts: controller documentation, "Controller configuration options", "Feature Gates".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from eks_ingress.annotations.grammar import Bool

SERVICE_CONTROLLER = "EnableServiceController"
"""The feature gate without which the controller looks at no Service."""
_ON = {
    SERVICE_CONTROLLER,
    "EnableIPTargetType",
    "LBCapacityReservation",
    "NLBHealthCheckAdvancedConfig",
    "NLBSecurityGroup",
    "SubnetDiscoveryByReachability",
    "SubnetsClusterTagCheck",
}
"""Feature gates that are open unless they are closed; all others that decide what is built are closed unless they are opened."""


@dataclass(frozen=True)
class ControllerFlags:
    """The flags of a controller; the defaults are its own, but for the name of the cluster, which has none."""

    cluster_name: str | None = None
    """Its name in EKS; None where it is not known, so that names in AWS become placeholders."""
    class_names: frozenset[str] = frozenset({"alb"})
    """The IngressClasses that belong to the controller even if they are not among the manifests."""
    ingress_class: str = "alb"
    """The value of the older annotation `kubernetes.io/ingress.class` that the controller takes; empty for `alb` and for Ingresses
    that name no class at all."""
    class_default: str | None = None
    """The class of Ingresses that name none, where no IngressClass among the manifests is the default."""
    class_spec: Mapping[str, Any] = field(default_factory=dict)
    """The spec of the IngressClassParams that the chart makes for its own class, where that class is not among the manifests."""
    watch_namespace: str = ""
    """The one namespace whose Ingresses and Services it takes care of; empty for all."""
    load_balancer_class: str = "service.k8s.aws/nlb"
    """The `loadBalancerClass` of the Services that it takes care of."""
    takes_new_services: bool = False
    """Whether its webhook gives that class to each new Service of type LoadBalancer that names none."""
    takes_class_annotation: bool = True
    """Whether new Ingresses may name their class by the older annotation."""
    takes_group_annotation: bool = True
    """Whether new Ingresses may name their group by an annotation, rather than by their class."""
    default_target_type: str = "instance"
    default_scheme: str = "internal"
    default_tls_policy: str = "ELBSecurityPolicy-2016-08"
    default_tags: Mapping[str, str] = field(default_factory=dict)
    external_tags: frozenset[str] = frozenset()
    """Keys of tags that others manage, and no Ingress may write."""
    gates: Mapping[str, bool] = field(default_factory=dict)
    """Feature gates, by name."""
    tolerate_missing_service: bool = True
    """Whether a rule to a Service that does not exist answers 503, rather than that the whole group is refused."""
    tolerate_missing_action: bool = True
    """The same for an action that does not exist."""
    backend_security_group: bool = True
    """Whether load balancers share a security group that targets let in."""
    backend_security_group_id: str = ""
    """Id of that group; empty for one that the controller makes."""
    manage_backend_rules: bool = False
    """Whether targets let in load balancers with security groups of the user's."""
    restricts_ports: bool = True
    """Whether targets let load balancers in on the ports that are needed, rather than on all."""
    default_private_ca: str = ""
    """ARN of the private certificate authority of certificates that are asked for; empty for public ones."""
    allowed_authorities: frozenset[str] = frozenset()
    """ARNs of the authorities whose certificates are found by host; empty for all."""
    required_secret_label: str = ""
    """`key=value`: the label of Secrets that the controller reads; empty for any."""

    @classmethod
    def of_chart(cls, values: Mapping[str, Any], cluster_name: str | None = None) -> ControllerFlags:
        """The flags that the controller's Helm chart gives it for these values; what they leave out is as the controller has it."""
        config = values.get("controllerConfig") or {}
        gates = config.get("featureGates") or {} if isinstance(config, Mapping) else {}
        ingress_class = str(values.get("ingressClass") or "alb")
        said = {name: values.get(key) for name, key in _CHART.items()}
        tags = said.pop("external_tags")
        # The chart passes a flag on only for a value of the right kind: "false" as text is none, nor is an empty text.
        known: dict[str, Any] = {name: x for name, x in said.items() if isinstance(x, _KINDS[name]) and x != ""}
        if "default_tags" in known:
            known["default_tags"] = {str(key): _text(value) for key, value in known["default_tags"].items()}
        makes_class = values.get("createIngressClassResource") is not False
        params = values.get("ingressClassParams") or {}
        return cls(
            cluster_name=cluster_name,
            class_names=frozenset({ingress_class}),
            ingress_class=ingress_class,
            class_default=ingress_class if makes_class and (values.get("ingressClassConfig") or {}).get("default") else None,
            class_spec=(params.get("spec") or {}) if makes_class and params.get("create") is not False else {},
            watch_namespace=str(values.get("watchNamespace") or ""),
            takes_new_services=bool(values.get("enableServiceMutatorWebhook", True)),
            load_balancer_class=str(values.get("loadBalancerClass") or cls.load_balancer_class),
            backend_security_group_id=str(values.get("backendSecurityGroup") or ""),
            external_tags=frozenset(tags or ()),
            gates={str(name): Bool.spellings.get(_text(value), False) for name, value in gates.items()},
            allowed_authorities=_authorities(values),
            default_private_ca=str((values.get("certManagement") or {}).get("defaultPCAARN") or ""),
            takes_class_annotation=values.get("disableIngressClassAnnotation") is not True,
            takes_group_annotation=values.get("disableIngressGroupNameAnnotation") is not True,
            restricts_ports=values.get("disableRestrictedSecurityGroupRules") is not True,
            **known,
        )

    @classmethod
    def of_charts(cls, charts: Sequence[Mapping[str, Any]], cluster_name: str | None = None) -> ControllerFlags:
        """The flags of the controllers of one cluster, which is one as a rule: those of the first, with the classes of all."""
        if not charts:
            return cls(cluster_name)
        flags = [cls.of_chart(values, cluster_name) for values in charts]
        return replace(flags[0], class_names=frozenset().union(*(found.class_names for found in flags)))

    def gate(self, name: str) -> bool:
        """Whether a feature gate is open."""
        return self.gates.get(name, name in _ON)


_CHART = {
    "default_target_type": "defaultTargetType",
    "default_scheme": "defaultLoadBalancerScheme",
    "default_tls_policy": "defaultSSLPolicy",
    "default_tags": "defaultTags",
    "external_tags": "externalManagedTags",
    "tolerate_missing_service": "tolerateNonExistentBackendService",
    "tolerate_missing_action": "tolerateNonExistentBackendAction",
    "backend_security_group": "enableBackendSecurityGroup",
    "manage_backend_rules": "enableManageBackendSecurityGroupRules",
}
"""Where the chart's values say what the flags are."""

_KINDS: Mapping[str, Any] = {
    flag.name: Mapping if flag.name == "default_tags" else type(flag.default) for flag in fields(ControllerFlags)
}


def _text(value: object) -> str:
    """A value as the chart writes it into a flag."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _authorities(values: Mapping[str, Any]) -> frozenset[str]:
    """The authorities of `certDiscovery`, which the chart has as one text."""
    text = (values.get("certDiscovery") or {}).get("allowedCertificateAuthorityARNs") or ""
    return frozenset(arn.strip() for arn in str(text).split(",") if arn.strip())
