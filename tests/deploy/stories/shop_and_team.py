"""An app: a shop with a load balancer of each kind, and a team that has one of its own and routes on that of the shop."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Literal

from aws_cdk import App, CfnOutput, Stack

from eks_ingress import ApplicationLoadBalancer, HealthCheck, NetworkListener, NetworkService, Service
from tests.deploy.stories.apps import Platform, ingress_of, synth
from tests.deploy.stories.world import World

GUARD = "Custom::EksIngressGuard"
OBJECT = "Custom::AWSCDK-EKS-KubernetesResource"
RELEASE = "Custom::AWSCDK-EKS-HelmChart"


def synthesized(world: World, folder: str, wait: timedelta | Literal[False] = timedelta(minutes=1)) -> Path:
    """The assembly of the app, in a folder of the world's."""

    def build(app: App) -> None:
        platform = Platform(app, "Platform", teams={"iot": {"broker": 80}, "reports": {"dashboards": 80}})
        stack = Stack(app, "Shop")
        ingress = ingress_of(world.tools)(stack, "Ingress", cluster=platform.cluster, wait_on_delete=wait)
        shop = ingress.add_load_balancer("Shop", namespace="shop")
        shop.add_route("shop.example.com/", Service("storefront", 80))
        shop.add_route("shop.example.com/api", Service("api", 80, health_check=HealthCheck(path="/healthz")))
        pods = NetworkService({"app.kubernetes.io/name": "broker"})
        listeners = [NetworkListener.tcp(1883, target_port=8080)]
        mqtt = ingress.add_network_load_balancer("Mqtt", namespace="iot", service=pods, listeners=listeners)
        team = Stack(app, "Team")
        reports = ApplicationLoadBalancer(team, "Reports", ingress, namespace="reports")
        reports.add_route("/", Service("dashboards", 80))
        part = ingress.load_balancer("Shop", team, namespace="reports")
        part.add_route("shop.example.com/reports", Service("dashboards", 80))
        for place, name, of in ((stack, "Shop", shop), (stack, "Mqtt", mqtt), (team, "Reports", reports)):
            CfnOutput(place, f"{name}Address", value=of.dns_name)

    return synth(world.folder / folder, build)


def kinds(world: World) -> Counter[str]:
    """The resources of the shop's stack that are in the cluster or guard it, by type."""
    found = Counter(resource.type for resource in world.driver.stacks["Shop"].resources.values())
    return Counter({kind: found[kind] for kind in (OBJECT, GUARD, RELEASE) if found[kind]})
