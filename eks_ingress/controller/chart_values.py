"""The values of the chart, and what each must be.

Facts: `values.yaml` of the chart `aws-load-balancer-controller` 3.5.0; its templates, which read some more values than that file
lists. The chart has no schema: it ignores what it does not know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import TypeAlias

from eks_ingress.controller.features import SWITCHES

KNOWN_VERSION = "3.5.0"
"""Version of the chart that is written down here."""


class Kind(Enum):
    """What a value must be."""

    FLAG = "True or False"
    """The chart asks for the kind `bool`, and takes text for nothing said."""
    NUMBER = "a whole number"
    TEXT = "text"
    LIST = "a list"
    MAP = "a mapping"
    """Of Kubernetes, with keys of its own; merged key by key."""
    WHOLE = "a mapping without ours"
    """Of Kubernetes, with keys that exclude each other: replaced as a whole."""
    TEXTS = "a mapping from text to text"
    """Labels and annotations, where Kubernetes takes nothing but text."""
    SCALARS = "a mapping from text to text, numbers and flags"
    """What the chart itself writes as text."""
    TAGS = "AWS tags"
    GATES = "feature gates"


Table: TypeAlias = "Mapping[str, Kind | Table]"

FLAG, NUMBER, TEXT, LIST, MAP, TEXTS = Kind.FLAG, Kind.NUMBER, Kind.TEXT, Kind.LIST, Kind.MAP, Kind.TEXTS
_SELECTOR: Table = {"matchExpressions": LIST, "matchLabels": TEXTS}

VALUES: Table = {
    "replicaCount": NUMBER,
    "revisionHistoryLimit": NUMBER,
    "image": {"repository": TEXT, "tag": TEXT, "pullPolicy": TEXT},
    "runtimeClassName": TEXT,
    "imagePullSecrets": LIST,
    "nameOverride": TEXT,
    "fullnameOverride": TEXT,
    "autoscaling": {
        "enabled": FLAG,
        "minReplicas": NUMBER,
        "maxReplicas": NUMBER,
        "targetCPUUtilizationPercentage": NUMBER,
        "autoscaleBehavior": MAP,
    },
    "serviceAccount": {
        "create": FLAG,
        "annotations": TEXTS,
        "name": TEXT,
        "automountServiceAccountToken": FLAG,
        "imagePullSecrets": LIST,
    },
    "rbac": {"create": FLAG},
    "podSecurityContext": MAP,
    "securityContext": MAP,
    "terminationGracePeriodSeconds": NUMBER,
    "resources": MAP,
    "priorityClassName": TEXT,
    "nodeSelector": TEXTS,
    "tolerations": LIST,
    "affinity": MAP,
    "configureDefaultAffinity": FLAG,
    "topologySpreadConstraints": LIST,
    "updateStrategy": MAP,
    "annotations": TEXTS,
    "serviceAnnotations": TEXTS,
    "deploymentAnnotations": TEXTS,
    "podAnnotations": TEXTS,
    "podLabels": TEXTS,
    "additionalLabels": TEXTS,
    "enableCertManager": FLAG,
    "certManager": {
        "duration": TEXT,
        "renewBefore": TEXT,
        "revisionHistoryLimit": NUMBER,
        "rootCert": {"duration": TEXT},
        "issuerRef": MAP,
    },
    "clusterName": TEXT,
    "cluster": {"dnsDomain": TEXT},
    "ingressClass": TEXT,
    "ingressClassParams": {"create": FLAG, "name": TEXT, "spec": MAP},
    "createIngressClassResource": FLAG,
    "region": TEXT,
    "vpcId": TEXT,
    "vpcTags": Kind.TAGS,
    "awsApiEndpoints": TEXT,
    "awsApiThrottle": LIST,
    "awsMaxRetries": NUMBER,
    "defaultTargetType": TEXT,
    "defaultLoadBalancerScheme": TEXT,
    "enablePodReadinessGateInject": FLAG,
    "enableShield": FLAG,
    "enableWaf": FLAG,
    "enableWafv2": FLAG,
    "ingressMaxConcurrentReconciles": NUMBER,
    "logLevel": TEXT,
    "metricsBindAddr": TEXT,
    "webhookConfig": {
        "disableIngressValidation": FLAG,
        "ingressValdationFailurePolicy": TEXT,
        "ingressValidationObjectSelector": _SELECTOR,
        "ingressValidationNamespaceSelector": _SELECTOR,
    },
    "webhookBindPort": NUMBER,
    "webhookTLS": {"caCert": TEXT, "cert": TEXT, "key": TEXT},
    "keepTLSSecret": FLAG,
    "webhookNamespaceSelectors": LIST,
    "serviceMaxConcurrentReconciles": NUMBER,
    "targetgroupbindingMaxConcurrentReconciles": NUMBER,
    "targetgroupbindingMaxExponentialBackoffDelay": TEXT,
    "targetgroupbindingRequeueDuration": TEXT,
    "albGatewayMaxConcurrentReconciles": NUMBER,
    "nlbGatewayMaxConcurrentReconciles": NUMBER,
    "globalAcceleratorMaxConcurrentReconciles": NUMBER,
    "globalAcceleratorMaxExponentialBackoffDelay": TEXT,
    "lbStabilizationMonitorInterval": TEXT,
    "syncPeriod": TEXT,
    "watchNamespace": TEXT,
    "disableIngressClassAnnotation": FLAG,
    "disableIngressGroupNameAnnotation": FLAG,
    "tolerateNonExistentBackendService": FLAG,
    "tolerateNonExistentBackendAction": FLAG,
    "defaultSSLPolicy": TEXT,
    "livenessProbe": MAP,
    "readinessProbe": MAP,
    "env": Kind.SCALARS,
    "envSecretName": TEXT,
    "envFrom": LIST,
    "hostNetwork": FLAG,
    "dnsPolicy": TEXT,
    "extraVolumeMounts": LIST,
    "extraVolumes": LIST,
    "defaultTags": Kind.TAGS,
    "podDisruptionBudget": Kind.WHOLE,
    "externalManagedTags": LIST,
    "enableEndpointSlices": FLAG,
    "enableBackendSecurityGroup": FLAG,
    "enableManageBackendSecurityGroupRules": FLAG,
    "backendSecurityGroup": TEXT,
    "disableRestrictedSecurityGroupRules": FLAG,
    "maxTargetsPerTargetGroup": NUMBER,
    "controllerConfig": {"featureGates": Kind.GATES},
    "certManagement": {"defaultPCAARN": TEXT},
    "certDiscovery": {"allowedCertificateAuthorityARNs": TEXT},
    "objectSelector": _SELECTOR,
    "serviceMonitor": {
        "enabled": FLAG,
        "namespace": TEXT,
        "additionalLabels": TEXTS,
        "interval": TEXT,
        "scrapeTimeout": TEXT,
        "relabelings": LIST,
        "metricRelabelings": LIST,
    },
    "clusterSecretsPermissions": {"allowAllSecrets": FLAG},
    "ingressClassConfig": {"default": FLAG},
    "enableServiceMutatorWebhook": FLAG,
    "serviceMutatorWebhookConfig": {
        "failurePolicy": TEXT,
        "objectSelector": _SELECTOR,
        "namespaceSelectors": LIST,
        "operations": LIST,
    },
    "podMutatorWebhookConfig": {"failurePolicy": TEXT},
    "serviceTargetENISGTags": TEXT,
    "loadBalancerClass": TEXT,
    "creator": TEXT,
}

OWNED: Mapping[str, str] = {
    "clusterName": "It is the name of what you pass as `cluster=`.",
    "region": "It is the region of the cluster's stack: give that `env=Environment(region=…)`.",
    "vpcId": "Write `vpc_id=` of EksIngress, if the cluster does not know its VPC.",
    "vpcTags": "The VPC is known by its id: write `vpc_id=` of EksIngress, if the cluster does not know it.",
    "serviceAccount": "EksIngress makes the account: write `identity=`.",
    "envSecretName": "Keys in the environment would take the place of the controller's role: write `identity=`.",
    "ingressClass": "Write `ingress_class_name=` of EksIngress.",
    "createIngressClassResource": "All Ingresses of EksIngress name that class: write `ingress_class_name=`, if `alb` is taken.",
    "ingressClassParams.name": "It would override what is written on the load balancers: write it there.",
    "ingressClassParams.spec": "It would override what is written on the load balancers: write it there.",
    "image": "Write `image=Image.of('REGISTRY/REPOSITORY', tag=…)` of EksIngress.",
    "imagePullSecrets": "Write `image=Image.of('REGISTRY/REPOSITORY', pull_secrets=[…])` of EksIngress.",
    "defaultTargetType": "Write `target_type=` where you add a load balancer.",
    "watchNamespace": "Write `options=ControllerOptions(watch_namespace=…)`.",
    **{
        switch: f"Name Feature.{feature.name} in `features=` of EksIngress or leave it out; it brings its permissions too."
        for switch, feature in SWITCHES.items()
    },
}
"""Values that EksIngress sets itself or relies on, and what to write instead."""


def paths(table: Table = VALUES, above: str = "") -> Iterator[str]:
    """The path of every value, such as `image.tag`, that of mappings with known keys among them."""
    for key, kind in table.items():
        yield above + key
        if isinstance(kind, Mapping):
            yield from paths(kind, f"{above}{key}.")
