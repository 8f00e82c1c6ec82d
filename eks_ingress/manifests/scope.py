"""Which objects are in a namespace, as far as their kind tells.

Facts: Kubernetes API reference; CustomResourceDefinitions of controller v3.5.0.
"""

from __future__ import annotations

_OURS = "elbv2.k8s.aws"
_BUILT_IN = frozenset(
    [
        "",
        "apps",
        "autoscaling",
        "batch",
        "extensions",
        "policy",
        "admissionregistration.k8s.io",
        "apiextensions.k8s.io",
        "apiregistration.k8s.io",
        "authentication.k8s.io",
        "authorization.k8s.io",
        "certificates.k8s.io",
        "coordination.k8s.io",
        "discovery.k8s.io",
        "events.k8s.io",
        "flowcontrol.apiserver.k8s.io",
        "networking.k8s.io",
        "node.k8s.io",
        "rbac.authorization.k8s.io",
        "resource.k8s.io",
        "scheduling.k8s.io",
        "storage.k8s.io",
    ]
)
"""The groups of Kubernetes' own APIs."""
_IN_NO_NAMESPACE = frozenset(
    [
        "APIService",
        "CSIDriver",
        "CSINode",
        "CertificateSigningRequest",
        "ClusterRole",
        "ClusterRoleBinding",
        "ClusterTrustBundle",
        "CustomResourceDefinition",
        "DeviceClass",
        "FlowSchema",
        "IPAddress",
        "IngressClass",
        "IngressClassParams",
        "MutatingAdmissionPolicy",
        "MutatingAdmissionPolicyBinding",
        "MutatingWebhookConfiguration",
        "Namespace",
        "Node",
        "PersistentVolume",
        "PriorityClass",
        "PriorityLevelConfiguration",
        "ResourceSlice",
        "RuntimeClass",
        "ServiceCIDR",
        "StorageClass",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
        "VolumeAttachment",
        "VolumeAttributesClass",
    ]
)


def is_built_in(group: str) -> bool:
    """Whether an API is of Kubernetes itself, or the controller's."""
    return group in _BUILT_IN or group == _OURS


def is_in_namespace(group: str, kind: str, written: bool) -> bool:
    """Whether an object is in a namespace; of a kind that others defined, whether one is `written` in it."""
    return kind not in _IN_NO_NAMESPACE if is_built_in(group) else written
