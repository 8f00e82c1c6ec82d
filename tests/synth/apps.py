"""Small CDK apps for the tests: the clusters of every kind, and what a template says."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aws_cdk import App, Environment, Stack, aws_ec2, aws_eks, aws_eks_v2, aws_iam, aws_lambda
from constructs import Construct

from eks_ingress import EksIngress

ROOT = Path(__file__).parents[2]
FLAGS: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text("utf-8"))["context"]
ISSUER = "oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE"
PROVIDER_ARN = f"arn:aws:iam::111122223333:oidc-provider/{ISSUER}"
LAYER_ARN = "arn:aws:lambda:eu-west-1:111122223333:layer:kubectl:1"


def new_app() -> App:
    return App(context=FLAGS)


def kubectl_layer(stack: Construct) -> Any:
    # By ARN, since the real layer would be zipped into every cloud assembly.
    return stack.node.try_find_child("Kubectl") or aws_lambda.LayerVersion.from_layer_version_arn(stack, "Kubectl", LAYER_ARN)


def v2_created(stack: Stack, **given: Any) -> aws_eks_v2.Cluster:
    settings: dict[str, Any] = {"default_capacity_type": aws_eks_v2.DefaultCapacityType.NODEGROUP, "default_capacity": 2} | given
    return aws_eks_v2.Cluster(
        stack,
        "Cluster",
        version=aws_eks_v2.KubernetesVersion.V1_35,
        kubectl_provider_options=aws_eks_v2.KubectlProviderOptions(kubectl_layer=kubectl_layer(stack)),
        **settings,
    )


def v2_fargate(stack: Stack) -> aws_eks_v2.Cluster:
    return aws_eks_v2.FargateCluster(
        stack,
        "Cluster",
        version=aws_eks_v2.KubernetesVersion.V1_35,
        kubectl_provider_options=aws_eks_v2.KubectlProviderOptions(kubectl_layer=kubectl_layer(stack)),
    )


def v1_created(stack: Stack, **given: Any) -> aws_eks.Cluster:
    return aws_eks.Cluster(stack, "Cluster", version=aws_eks.KubernetesVersion.V1_35, kubectl_layer=kubectl_layer(stack), **given)


def v1_fargate(stack: Stack) -> aws_eks.Cluster:
    return aws_eks.FargateCluster(stack, "Cluster", version=aws_eks.KubernetesVersion.V1_35, kubectl_layer=kubectl_layer(stack))


def known_vpc(stack: Construct) -> aws_ec2.IVpc:
    return aws_ec2.Vpc.from_vpc_attributes(stack, "Vpc", vpc_id="vpc-12345", availability_zones=["eu-west-1a", "eu-west-1b"])


def known_provider(stack: Construct) -> aws_iam.IOpenIdConnectProvider:
    return aws_iam.OpenIdConnectProvider.from_open_id_connect_provider_arn(stack, "Provider", PROVIDER_ARN)


def v2_imported(stack: Construct, **given: Any) -> aws_eks_v2.ICluster:
    kubectl = aws_eks_v2.KubectlProvider.from_kubectl_provider_attributes(
        stack,
        "KubectlProvider",
        service_token="arn:aws:lambda:eu-west-1:111122223333:function:kubectl",
        role=aws_iam.Role.from_role_arn(stack, "KubectlRole", "arn:aws:iam::111122223333:role/kubectl"),
    )
    settings: dict[str, Any] = {
        "cluster_name": "prod",
        "vpc": known_vpc(stack),
        "open_id_connect_provider": known_provider(stack),
        "kubectl_provider": kubectl,
    } | given
    return aws_eks_v2.Cluster.from_cluster_attributes(stack, "Cluster", **settings)


def v1_imported(stack: Stack, **given: Any) -> aws_eks.ICluster:
    settings: dict[str, Any] = {
        "vpc": known_vpc(stack),
        "open_id_connect_provider": known_provider(stack),
        "kubectl_role_arn": "arn:aws:iam::111122223333:role/kubectl",
        "kubectl_layer": kubectl_layer(stack),
    } | given
    return aws_eks.Cluster.from_cluster_attributes(stack, "Cluster", cluster_name="prod", **settings)


KINDS: dict[str, Callable[[Stack], Any]] = {
    "v2 created": v2_created,
    "v2 Fargate": v2_fargate,
    "v2 imported": v2_imported,
    "v1 created": v1_created,
    "v1 Fargate": v1_fargate,
    "v1 imported": v1_imported,
}


@dataclass
class Shop:
    """An app of one stack with an imported cluster, the quickest to synthesize, and an EksIngress on it."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    """Further arguments of EksIngress."""
    env: Environment | None = None
    app: App = field(default_factory=new_app)
    cross_region_references: bool | None = None

    def __post_init__(self) -> None:
        self.stack = Stack(self.app, "Shop", env=self.env, cross_region_references=self.cross_region_references)
        self.cluster = v2_imported(self.stack)
        self.ingress = EksIngress(self.stack, "Ingress", cluster=self.cluster, **self.settings)

    def resources(self) -> dict[str, Any]:
        return template(self.app, "Shop")["Resources"]  # type: ignore[no-any-return]

    def objects(self) -> list[dict[str, Any]]:
        """The Kubernetes objects in the template."""
        return list(kubernetes_objects(self.resources()))

    def ingress_object(self) -> dict[str, Any]:
        (body,) = self.objects()
        return body

    def refusal(self) -> str:
        """What synthesis is refused with."""
        try:
            self.app.synth()
        except RuntimeError as error:
            return str(error)
        raise AssertionError("nothing was refused")


def template(app: App, stack: str) -> dict[str, Any]:
    found: dict[str, Any] = app.synth().get_stack_by_name(stack).template
    return found


def types(resources: Mapping[str, Any]) -> Counter[str]:
    return Counter(resource["Type"] for resource in resources.values())


def functions(app: App) -> dict[str, Any]:
    """The Lambda functions of all templates, of nested stacks too, by what they do."""
    assembly = app.synth()
    templates = [stack.template for stack in assembly.stacks]
    templates += [json.loads(file.read_text("utf-8")) for file in Path(assembly.directory).glob("*.nested.template.json")]
    found = (resource for made in templates for resource in made["Resources"].values())
    return {
        resource["Properties"].get("Description", ""): resource["Properties"]
        for resource in found
        if resource["Type"] == "AWS::Lambda::Function"
    }


def kubernetes_objects(resources: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for resource in resources.values():
        if resource["Type"] == "Custom::AWSCDK-EKS-KubernetesResource":
            yield from json.loads(plain(resource["Properties"]["Manifest"]))


def plain(value: Any) -> str:
    """A string of a template, with `<…>` for what is known only at deploy time."""
    match value:
        case str():
            return value
        case {"Fn::Join": [separator, list(parts)]}:
            return str(separator).join(plain(part) for part in parts)
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case _:
            return "<" + json.dumps(value).replace('"', "'") + ">"
