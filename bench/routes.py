"""What a route costs: the same routes by EksIngress, and as one Ingress that is written by hand, in one run.

    make bench    # or: python -m bench.routes [ROUTES]

Prints the median time to build and synthesize each, and their ratio. The validator of the CDK is off, since it costs both the same.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

os.environ["CDK_VALIDATION"] = "false"
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")

from aws_cdk import App, Stack, aws_ec2, aws_iam
from aws_cdk import aws_eks_v2 as eks

from eks_ingress import EksIngress, Service

RUNS = 7


def cluster(stack: Stack) -> eks.ICluster:
    kubectl = eks.KubectlProvider.from_kubectl_provider_attributes(
        stack,
        "Kubectl",
        service_token="arn:aws:lambda:eu-west-1:111122223333:function:kubectl",
        role=aws_iam.Role.from_role_arn(stack, "Role", "arn:aws:iam::111122223333:role/kubectl"),
    )
    provider = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE"
    return eks.Cluster.from_cluster_attributes(
        stack,
        "Cluster",
        cluster_name="bench",
        vpc=aws_ec2.Vpc.from_vpc_attributes(stack, "Vpc", vpc_id="vpc-1", availability_zones=["eu-west-1a"]),
        open_id_connect_provider=aws_iam.OpenIdConnectProvider.from_open_id_connect_provider_arn(stack, "Provider", provider),
        kubectl_provider=kubectl,
    )


def by_routes(ingress: EksIngress, routes: int) -> None:
    balancer = ingress.add_load_balancer("Shop", namespace="shop")
    for n in range(routes):
        balancer.add_route(f"shop{n % 10}.example.com/path{n}", Service(f"service{n}", 80))


def by_hand(ingress: EksIngress, routes: int) -> None:
    def path(n: int) -> dict[str, Any]:
        backend = {"service": {"name": f"service{n}", "port": {"number": 80}}}
        return {"path": f"/path{n}", "pathType": "Prefix", "backend": backend}

    rules = [
        {"host": f"shop{host}.example.com", "http": {"paths": [path(n) for n in range(host, routes, 10)]}} for host in range(10)
    ]
    body = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "shop", "namespace": "shop", "annotations": {"alb.ingress.kubernetes.io/group.name": "shop"}},
        "spec": {"ingressClassName": "alb", "rules": rules},
    }
    ingress.view.manifest(ingress, "Shop", [body]).node.add_dependency(ingress.chart)


def seconds(add: Callable[[EksIngress, int], None], routes: int) -> float:
    start = time.perf_counter()
    app = App()
    stack = Stack(app, "Bench")
    add(EksIngress(stack, "Ingress", cluster=cluster(stack)), routes)
    app.synth()
    return time.perf_counter() - start


def main() -> None:
    routes = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    ways = {"one Ingress by hand": by_hand, "add_route": by_routes}
    for add in ways.values():
        seconds(add, routes)
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(RUNS):
        for name, add in ways.items():
            times[name].append(seconds(add, routes))
    base = statistics.median(times["one Ingress by hand"])
    print(f"{routes} routes, median of {RUNS} runs")
    for name, found in times.items():
        print(f"{name:22}{statistics.median(found) * 1000:8.0f} ms{statistics.median(found) / base:8.2f}")


if __name__ == "__main__":
    main()
