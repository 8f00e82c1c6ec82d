"""Small apps for the stories."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from aws_cdk import App, Stack, aws_ec2
from aws_cdk import aws_eks_v2 as eks
from aws_cdk.aws_certificatemanager import Certificate
from aws_cdk.lambda_layer_kubectl_v35 import KubectlV35Layer
from constructs import Construct

from eks_ingress import ControllerOptions, ControllerVersion, EksIngress
from tests.deploy.kubernetes.tools import Tools
from tests.synth.apps import FLAGS


def synth(folder: Path, build: Callable[[App], None]) -> Path:
    """The cloud assembly of an app; what was in the folder before is gone."""
    shutil.rmtree(folder, ignore_errors=True)
    app = App(outdir=str(folder), context=FLAGS)
    build(app)
    app.synth()
    _share_layers(folder)
    return folder


def _share_layers(folder: Path) -> None:
    """Has the assemblies of a story share the layers of kubectl, which are 57 MB in each."""
    shared = folder.parent / "layers"
    shared.mkdir(exist_ok=True)
    for file in folder.glob("asset.*.zip"):
        if (shared / file.name).exists():
            file.unlink()
        else:
            file.rename(shared / file.name)
        file.hardlink_to(shared / file.name)


class Platform(Stack):
    """A network, a cluster with two nodes, two certificates, and workloads in namespaces."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        services: Mapping[str, int] | None = None,
        teams: Mapping[str, Mapping[str, int]] | None = None,
    ) -> None:
        """
        :param services: ports of the Services in the namespace `shop`, by name; by default `storefront` and `api` on port 80.
        :param teams: the same for other namespaces.
        """
        super().__init__(scope, id)
        self.cluster = eks.Cluster(
            self,
            "Cluster",
            version=eks.KubernetesVersion.V1_34,
            vpc=aws_ec2.Vpc(self, "Vpc", max_azs=2, nat_gateways=1),
            default_capacity_type=eks.DefaultCapacityType.NODEGROUP,
            default_capacity=2,
            kubectl_provider_options=eks.KubectlProviderOptions(kubectl_layer=KubectlV35Layer(self, "Kubectl")),
        )
        self.certificates = [Certificate(self, name, domain_name="*.example.com") for name in ("Certificate", "NextCertificate")]
        own = {"storefront": 80, "api": 80} if services is None else services
        for namespace, ports in {"shop": own, **(teams or {})}.items():
            objects = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}}]
            objects += [body for name, port in ports.items() for body in workload(name, namespace, port=port)]
            self.cluster.add_manifest(f"Workloads-{namespace}", *objects)


def workload(name: str, namespace: str = "shop", *, port: int = 80, replicas: int = 2) -> list[dict[str, Any]]:
    """A Deployment and its Service. Nodes that KWOK plays need no image."""
    labels = {"app.kubernetes.io/name": name}
    container = {"name": name, "image": "app", "ports": [{"name": "http", "containerPort": 8080}]}
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
    }
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name, "namespace": namespace, "labels": labels},
        "spec": {"selector": labels, "ports": [{"name": "http", "port": port, "targetPort": "http"}]},
    }
    return [deployment, service]


def ingress_of(tools: Tools) -> Callable[..., EksIngress]:
    """`EksIngress`, which installs the newest release of the controller that can be had, and has it write its plans, if it can."""
    version = version_of(tools.controller.release)
    gates = {"IngressPlanAnnotation": True} if version.has("3.4.0") else {}
    return partial(EksIngress, version=version, options=ControllerOptions(feature_gates=gates))


def version_of(release: str) -> ControllerVersion:
    """A release of the controller, whose chart has the same number."""
    return ControllerVersion.of(release, chart=release)
