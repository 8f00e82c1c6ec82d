"""The same load balancers in several ways: by hand with what the CDK has, by cdk8s-plus, and by EksIngress.

Each way installs the controller on the same new cluster and leads `routes` routes, a hundred a load balancer, to a Service each.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("CDK_VALIDATION", "false")  # whoever measures it says so
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")

from aws_cdk import App, Stack
from aws_cdk import aws_eks_v2 as eks
from aws_cdk.lambda_layer_kubectl_v35 import KubectlV35Layer

from bench.memory import peak

ROOT = Path(__file__).parents[1]
FLAGS = json.loads((ROOT / "cdk.json").read_text("utf-8"))["context"]
RULES = 100
"""Routes of a load balancer, as many as AWS allows one to have."""
ANNOTATIONS = {"alb.ingress.kubernetes.io/target-type": "ip"}


def cluster(stack: Stack) -> eks.Cluster:
    layer = KubectlV35Layer(stack, "Kubectl")
    return eks.Cluster(
        stack,
        "Cluster",
        version=eks.KubernetesVersion.V1_34,
        default_capacity_type=eks.DefaultCapacityType.NODEGROUP,
        kubectl_provider_options=eks.KubectlProviderOptions(kubectl_layer=layer),
    )


def host(n: int) -> str:
    return f"shop{n % 10}.example.com"


def balancers(routes: int) -> list[range]:
    """The numbers of the routes of each load balancer."""
    return [range(first, min(first + RULES, routes)) for first in range(0, routes, RULES)]


def nothing(stack: Stack, routes: int) -> None:  # noqa: ARG001 - what the cluster costs by itself
    cluster(stack)


def by_hand(stack: Stack, routes: int) -> None:
    of = cluster(stack)
    controller = eks.AlbController.create(stack, cluster=of, version=eks.AlbControllerVersion.V3_2_2)

    def path(n: int) -> dict[str, Any]:
        backend = {"service": {"name": f"service{n}", "port": {"number": 80}}}
        return {"path": f"/path{n}", "pathType": "Prefix", "backend": backend}

    for numbers in balancers(routes):
        name = f"shop{numbers.start}"
        hosts = {host(n): [path(m) for m in numbers if host(m) == host(n)] for n in numbers[:10]}
        body = {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "Ingress",
            "metadata": {"name": name, "namespace": "shop", "annotations": ANNOTATIONS},
            "spec": {"ingressClassName": "alb", "rules": [{"host": x, "http": {"paths": paths}} for x, paths in hosts.items()]},
        }
        of.add_manifest(name, body).node.add_dependency(controller)


def by_cdk8s_plus(stack: Stack, routes: int) -> None:
    import cdk8s  # noqa: PLC0415 - a process that goes another way does not pay for it
    import cdk8s_plus_35 as kplus  # noqa: PLC0415

    of = cluster(stack)
    controller = eks.AlbController.create(stack, cluster=of, version=eks.AlbControllerVersion.V3_2_2)
    ports = [kplus.ServicePort(port=80)]
    for numbers in balancers(routes):
        name = f"shop{numbers.start}"
        chart = cdk8s.Chart(cdk8s.App(), name, namespace="shop")
        metadata = cdk8s.ApiObjectMetadata(name=name, annotations=ANNOTATIONS)
        made = kplus.Ingress(chart, "Ingress", class_name="alb", metadata=metadata)
        for n in numbers:
            # It knows Services as objects only, so that it has to make them.
            service = kplus.Service(chart, f"Service{n}", ports=ports, metadata=cdk8s.ApiObjectMetadata(name=f"service{n}"))
            made.add_host_rule(host(n), f"/path{n}", kplus.IngressBackend.from_service(service), kplus.HttpIngressPathType.PREFIX)
        of.add_cdk8s_chart(name, chart).node.add_dependency(controller)


def by_routes(stack: Stack, routes: int, *, guarded: bool = True) -> None:
    from eks_ingress import EksIngress, Service  # noqa: PLC0415 - a process that goes another way does not pay for it

    guard: Any = {} if guarded else {"wait_on_delete": False}
    ingress = EksIngress(stack, "Ingress", cluster=cluster(stack), **guard)
    for numbers in balancers(routes):
        balancer = ingress.add_load_balancer(f"Shop{numbers.start}", namespace="shop")
        for n in numbers:
            balancer.add_route(f"{host(n)}/path{n}", Service(f"service{n}", 80))


ALONE = "the cluster alone"
BASE = "AlbController, raw manifests"
UNGUARDED = "EksIngress, no wait on destroy"
OURS = "EksIngress"
WAYS: dict[str, Callable[[Stack, int], None]] = {
    ALONE: nothing,
    BASE: by_hand,
    "AlbController, cdk8s-plus": by_cdk8s_plus,
    UNGUARDED: partial(by_routes, guarded=False),
    OURS: by_routes,
}


def synthesize(way: str, routes: int, folder: str | None = None) -> None:
    """An app from its first construct to the end of its synth, into the folder that the CDK's command line names by default."""
    app = App(outdir=folder, context=FLAGS)
    WAYS[way](Stack(app, "Bench"), routes)
    app.synth()


def below(process: int) -> Iterator[int]:
    """The processes that a process started, and those that these did."""
    for child in map(int, Path(f"/proc/{process}/task/{process}/children").read_text("utf-8").split()):
        yield child
        yield from below(child)


if __name__ == "__main__":  # one synth, as `cdk synth` starts it; tells the peaks of Python and of Node
    synthesize(sys.argv[1], int(sys.argv[2]))
    sys.stderr.write(f"{json.dumps([peak(os.getpid()), max(map(peak, below(os.getpid())))])}\n")
