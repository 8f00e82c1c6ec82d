"""What the pages take as there: most show what stands in an app that the reader has already."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aws_cdk
from aws_cdk import (
    App,
    Environment,
    Stack,
    aws_certificatemanager,
    aws_cognito,
    aws_ec2,
    aws_kms,
    aws_route53,
    aws_s3,
    aws_secretsmanager,
)
from aws_cdk import aws_elasticloadbalancingv2 as elbv2

import eks_ingress
from tests.controller.charts import NAME, packed
from tests.docs.pages import ROOT, block
from tests.synth.apps import FLAGS, Shop, v2_created, v2_imported

PUBLIC = {name: getattr(eks_ingress, name) for name in eks_ingress.__all__}


def no_names(folder: Path) -> dict[str, Any]:
    """A page whose Python stands for itself: it imports and makes all that it uses."""
    return {}


def no_files(folder: Path) -> None:
    """An empty folder."""


@dataclass(frozen=True)
class Setting:
    """What a page takes as there."""

    names: Callable[[Path], dict[str, Any]] = no_names
    """What its Python has at hand: made before the first block, with `app`, which is synthesized and judged at the end."""
    files: Callable[[Path], None] = no_files
    """Puts into the folder what the page does not show."""
    fresh: bool = False
    """Whether each block of Python stands for itself, in an app of its own."""


def an_ingress(folder: Path) -> dict[str, Any]:
    """An app with an `EksIngress`, and a stack beside it."""
    shop = Shop(app=App(context=FLAGS, outdir=str(folder / "cdk.out")))
    beside = {"team_stack": Stack(shop.app, "Team"), "timedelta": timedelta}
    return PUBLIC | beside | {"app": shop.app, "stack": shop.stack, "ingress": shop.ingress}


def a_cluster(folder: Path) -> dict[str, Any]:
    """The constructor of a stack that has a cluster, and no `EksIngress` yet."""
    app = App(context=FLAGS, outdir=str(folder / "cdk.out"))
    stack = Stack(app, "Shop", env=Environment(region="eu-west-1"))
    cluster = v2_imported(stack, open_id_connect_provider=None)
    return PUBLIC | {"app": app, "self": stack, "cluster": cluster, "provider": stack.node.find_child("Provider")}


def a_cluster_with_its_provider(folder: Path) -> dict[str, Any]:
    """The same, where the cluster was imported with its OIDC provider."""
    app = App(context=FLAGS, outdir=str(folder / "cdk.out"))
    stack = Stack(app, "Shop", env=Environment(region="eu-west-1"))
    return PUBLIC | {"app": app, "self": stack, "cluster": v2_imported(stack)}


def a_cluster_of_the_app(folder: Path) -> dict[str, Any]:
    """The constructor of a stack that makes its cluster."""
    app = App(context=FLAGS, outdir=str(folder / "cdk.out"))
    stack = Stack(app, "Shop", env=Environment(region="eu-west-1"))
    return PUBLIC | {"app": app, "self": stack, "cluster": v2_created(stack)}


def the_chart(folder: Path) -> None:
    """The controller's chart, as `helm pull` fetches it."""
    (folder / "charts").mkdir()
    packed(folder / "charts").rename(folder / "charts" / f"{NAME}-3.5.0.tgz")


def the_shop(folder: Path) -> dict[str, Any]:
    """The stack of the first block of the README, and in the others what its further blocks take."""
    face: dict[str, Any] = {}
    exec(block("README.md", "python", "class Shop(Stack)"), face)
    app = App(context=FLAGS, outdir=str(folder / "cdk.out"))
    base, team = Stack(app, "Base"), Stack(app, "Team")
    certificate = aws_certificatemanager.Certificate(base, "Certificate", domain_name="shop.example.com")
    stack = face["Shop"](app, "Shop", cluster=v2_imported(base), certificate=certificate)
    ingress = stack.node.find_child("Ingress")
    (shop,) = (found for found in stack.node.find_all() if isinstance(found, eks_ingress.ApplicationLoadBalancer))
    there = {"app": app, "ingress": ingress, "shop": shop, "certificate": certificate, "team_stack": team}
    return PUBLIC | there | sign_in(base) | own_target_group(base) | {"platform": SimpleNamespace(ingress=ingress)}


def sign_in(stack: Stack) -> dict[str, Any]:
    """A user pool of the app itself, with a client for the shop and a domain."""
    pool = aws_cognito.UserPool(stack, "Pool")
    settings = aws_cognito.OAuthSettings(callback_urls=["https://shop.example.com/oauth2/idpresponse"])
    client = pool.add_client("Client", generate_secret=True, o_auth=settings)
    domain = pool.add_domain("Domain", cognito_domain=aws_cognito.CognitoDomainOptions(domain_prefix="shop"))
    return {"user_pool": pool, "client": client, "domain": domain}


def the_shop_as_files(folder: Path) -> None:
    """The app of the README, a folder of manifests, and a chart that makes an Ingress."""
    some_manifests(folder)
    a_helm_chart(folder)
    tail = """

from aws_cdk import App
from tests.synth.apps import v2_imported

app = App()
base = Stack(app, "Base")
certificate = acm.Certificate(base, "Certificate", domain_name="shop.example.com")
Shop(app, "Shop", cluster=v2_imported(base), certificate=certificate)
app.synth()
"""
    (folder / "app.py").write_text(block("README.md", "python", "class Shop(Stack)") + tail, "utf-8")
    cdk_json(folder)


def cdk_json(folder: Path) -> None:
    """What has `cdk` run `app.py`."""
    (folder / "cdk.json").write_text(json.dumps({"app": "python app.py", "context": FLAGS}), "utf-8")


def some_manifests(folder: Path) -> None:
    """A folder of manifests."""
    (folder / "k8s").mkdir()
    (folder / "k8s" / "shop.yaml").write_text(INGRESS, "utf-8")


INGRESS = """apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: legacy
  namespace: shop
  annotations: {alb.ingress.kubernetes.io/group.name: public, alb.ingress.kubernetes.io/target-type: ip}
spec:
  ingressClassName: alb
  rules:
    - http: {paths: [{path: /legacy, pathType: Prefix, backend: {service: {name: legacy, port: {number: 80}}}}]}
"""


def a_helm_chart(folder: Path) -> None:
    """A chart that makes an Ingress."""
    (folder / "chart" / "templates").mkdir(parents=True)
    (folder / "chart" / "Chart.yaml").write_text("apiVersion: v2\nname: shop\nversion: 1.0.0\n", "utf-8")
    (folder / "chart" / "templates" / "shop.yaml").write_text(INGRESS, "utf-8")


def what_is_in_a_cluster(folder: Path) -> None:
    """Manifests, a chart, and a `kubectl` that answers with those manifests in place of a cluster's."""
    some_manifests(folder)
    a_helm_chart(folder)
    kubectl = folder / ".programs" / "kubectl"
    kubectl.parent.mkdir()
    kubectl.write_text(f"#!/bin/sh\ncat {folder / 'k8s' / 'shop.yaml'}\n", "utf-8")
    kubectl.chmod(0o755)


def what_helm_installed(folder: Path) -> None:
    """The same, and a `helm` that answers with the values of a controller's release."""
    what_is_in_a_cluster(folder)
    helm = folder / ".programs" / "helm"
    helm.write_text("#!/bin/sh\necho 'clusterName: prod'\n", "utf-8")
    helm.chmod(0o755)


def an_app_of_a_how_to_page(folder: Path) -> None:
    """What a reader has saved from one of the pages."""
    (folder / "app.py").write_text(block("docs/how-to/blue-green.md", "python", "app.synth()"), "utf-8")


def own_target_group(stack: Stack) -> dict[str, Any]:
    """A VPC, a security group and a target group of the app itself."""
    vpc = aws_ec2.Vpc(stack, "OwnVpc")
    guard = aws_ec2.SecurityGroup(stack, "Guard", vpc=vpc)
    group = elbv2.CfnTargetGroup(stack, "Targets", target_type="ip", port=80, protocol="HTTP", vpc_id=vpc.vpc_id)
    return {"vpc": vpc, "guard": guard, "target_group": group, "balancer_security_group": guard, "elbv2": elbv2}


def own_target_groups(folder: Path) -> dict[str, Any]:
    """An app with an `EksIngress`, and target groups of its own."""
    names = an_ingress(folder)
    return names | own_target_group(names["stack"])


def a_bucket(folder: Path) -> dict[str, Any]:
    """An app with an `EksIngress` and a bucket."""
    names = an_ingress(folder)
    return names | {"bucket": aws_s3.Bucket(names["stack"], "Bucket")}


def of_the_cdk(folder: Path) -> dict[str, Any]:
    """An app with an `EksIngress`, and what is imported of the CDK."""
    modules = (aws_cognito, aws_ec2, aws_kms, aws_route53, aws_s3, aws_secretsmanager)
    named = {module.__name__.removeprefix("aws_cdk."): module for module in modules}
    return an_ingress(folder) | named | {name: getattr(aws_cdk, name) for name in ("CfnOutput", "Duration", "Tags")}


def the_manifests_of_the_page(folder: Path) -> dict[str, Any]:
    """An app with an `EksIngress` and the manifests that the page shows as a file."""
    names = an_ingress(folder)
    names["ingress"].add_manifests("Shop", str(folder / "shop.yaml"))
    return names


SETTINGS = {
    "README.md": Setting(the_shop, the_shop_as_files, fresh=True),
    "docs/annotations.md": Setting(an_ingress),
    "docs/cdk-objects.md": Setting(of_the_cdk),
    "docs/command-line.md": Setting(the_manifests_of_the_page),
    "docs/controller.md": Setting(a_cluster_with_its_provider, the_chart, fresh=True),
    "docs/deploying.md": Setting(a_cluster_of_the_app, fresh=True),
    "docs/destroy.md": Setting(a_cluster_with_its_provider),
    "docs/dns-and-subnets.md": Setting(of_the_cdk),
    "docs/how-to/README.md": Setting(files=an_app_of_a_how_to_page),
    "docs/how-to/from-blueprints.md": Setting(files=what_helm_installed),
    "docs/how-to/from-eksctl-and-helm.md": Setting(files=what_helm_installed),
    "docs/identity.md": Setting(a_cluster, fresh=True),
    "docs/import.md": Setting(a_cluster_with_its_provider, what_is_in_a_cluster),
    "docs/load-balancers.md": Setting(an_ingress),
    "docs/network-load-balancers.md": Setting(of_the_cdk),
    "docs/target-group-bindings.md": Setting(own_target_groups),
    "docs/your-own-yaml.md": Setting(a_bucket, some_manifests, fresh=True),
}
"""By page. One that is not here shows all that it needs."""


def an_example(folder: Path, page: str) -> None:
    """The files of an example, which its README does not repeat."""
    shutil.copytree((ROOT / page).parent, folder, dirs_exist_ok=True)


def setting_of(page: str) -> Setting:
    """The setting of a page."""
    if page.startswith("examples/"):
        return Setting(files=lambda folder: an_example(folder, page))
    return SETTINGS.get(page, Setting())
