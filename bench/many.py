"""What 1,000 routes on ten load balancers cost: by add_route, by Ingress objects of cdk8s-plus, and as dicts written by hand.

    make bench    # or: python -m bench.many [ROUTES]

Each route leads to a Service of its own. cdk8s-plus knows Services as objects only, so that it has to make them; what its Ingress
costs where one Service does for all routes stands beside it.

Prints what a route costs to build and synthesize in each way (the median over runs in turn, without what the app costs with no
routes), and the ratio to cdk8s-plus. The validator of the CDK is off, since it costs all the same.
"""

from __future__ import annotations

import os
import statistics
import sys
from typing import Any

os.environ["CDK_VALIDATION"] = "false"
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")

import cdk8s
import cdk8s_plus_35 as kplus

from bench.routes import seconds
from eks_ingress import EksIngress, Service

RUNS = 5
BALANCERS = 10


def by_routes(ingress: EksIngress, routes: int) -> None:
    for b in range(BALANCERS):
        balancer = ingress.add_load_balancer(f"Shop{b}", namespace="shop")
        for n in range(routes // BALANCERS):
            balancer.add_route(f"shop{n % 10}.example.com/path{n}", Service(f"service{n}", 80))


def by_cdk8s_plus(ingress: EksIngress, routes: int, services: int | None = None) -> None:
    for b in range(BALANCERS):
        chart = cdk8s.Chart(cdk8s.App(), f"Shop{b}", namespace="shop")
        ports = [kplus.ServicePort(port=80)]
        made = kplus.Ingress(chart, "Ingress", class_name="alb", metadata=cdk8s.ApiObjectMetadata(name=f"shop{b}"))
        known = [kplus.Service(chart, f"Service{n}", ports=ports) for n in range(services or routes // BALANCERS)]
        for n in range(routes // BALANCERS):
            backend = kplus.IngressBackend.from_service(known[n % len(known)])
            made.add_host_rule(f"shop{n % 10}.example.com", f"/path{n}", backend, kplus.HttpIngressPathType.PREFIX)
        ingress.cluster.add_cdk8s_chart(f"Shop{b}", chart)


def by_cdk8s_plus_with_one_service(ingress: EksIngress, routes: int) -> None:
    by_cdk8s_plus(ingress, routes, services=1)


def by_hand(ingress: EksIngress, routes: int) -> None:
    def path(n: int) -> dict[str, Any]:
        backend = {"service": {"name": f"service{n}", "port": {"number": 80}}}
        return {"path": f"/path{n}", "pathType": "Prefix", "backend": backend}

    for b in range(BALANCERS):
        rules = [
            {"host": f"shop{host}.example.com", "http": {"paths": [path(n) for n in range(host, routes // BALANCERS, 10)]}}
            for host in range(10)
        ]
        body = {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "Ingress",
            "metadata": {"name": f"shop{b}", "namespace": "shop"},
            "spec": {"ingressClassName": "alb", "rules": rules},
        }
        ingress.cluster.add_manifest(f"Shop{b}", body)


def nothing(ingress: EksIngress, routes: int) -> None:
    """What the app costs by itself."""


def main() -> None:
    routes = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    ways = {
        "no routes": nothing,
        "cdk8s-plus": by_cdk8s_plus,
        "cdk8s-plus, one Service": by_cdk8s_plus_with_one_service,
        "dicts by hand": by_hand,
        "add_route": by_routes,
    }
    for add in ways.values():
        seconds(add, routes)
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(RUNS):
        for name, add in ways.items():
            times[name].append(seconds(add, routes))
    base = statistics.median(times.pop("no routes"))
    costs = {name: (statistics.median(found) - base) / routes for name, found in times.items()}
    print(f"{routes} routes on {BALANCERS} load balancers, median of {RUNS} runs; the app alone: {base * 1000:.0f} ms")
    for name, cost in costs.items():
        print(f"{name:24}{cost * 1e6:8.0f} µs a route{cost / costs['cdk8s-plus']:8.3f}")


if __name__ == "__main__":
    main()
