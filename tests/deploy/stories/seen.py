"""What there is in AWS and in the cluster, in words that stories compare with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.deploy.cloud.cloud import Cloud
from tests.deploy.kubernetes.cluster import Kubernetes

CLUSTER_TAG = "elbv2.k8s.aws/cluster"
"""The controller tags with it whatever it makes."""
RESOURCE_TAGS = ("ingress.k8s.aws/resource", "service.k8s.aws/resource")
"""What something is for: a path in the controller's model."""
STACK_TAGS = ("ingress.k8s.aws/stack", "service.k8s.aws/stack")
"""The group, or the Service, that something is for."""


_REDIRECT = {"Protocol": "#{protocol}", "Host": "#{host}", "Port": "#{port}", "Path": "/#{path}", "Query": "#{query}"}
"""What a redirect keeps where nothing is said."""


@dataclass(frozen=True)
class Rule:
    """A rule of a listener."""

    priority: int
    conditions: str
    actions: str


@dataclass(frozen=True)
class Listener:
    """A listener with its rules in order."""

    protocol: str
    certificates: tuple[str, ...]
    default: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class TargetGroup:
    """A target group with its targets."""

    arn: str
    protocol: str
    health_check: str
    """Its path."""
    targets: frozenset[tuple[str, int]]


@dataclass(frozen=True)
class Balancer:
    """A load balancer."""

    arn: str
    name: str
    dns_name: str
    scheme: str
    subnets: frozenset[str]
    security_groups: tuple[str, ...]
    listeners: Mapping[int, Listener]
    target_groups: Mapping[str, TargetGroup]
    """By what the controller calls them: `shop/shop-api:8080`."""


def balancers(cloud: Cloud) -> dict[str, Balancer]:
    """The load balancers that a controller made, by the group or the Service that they are for."""
    return _Account(cloud).balancers()


def left_over(cloud: Cloud, kubernetes: Kubernetes) -> list[str]:
    """What is there of a controller's work: nothing, once all is destroyed."""
    account = _Account(cloud)
    found = [
        f"load balancer {one['LoadBalancerName']}" for one in account.load_balancers if account.is_ours(one["LoadBalancerArn"])
    ]
    found += [f"target group {one['TargetGroupName']}" for one in account.target_groups if account.is_ours(one["TargetGroupArn"])]
    groups = account.ec2.describe_security_groups(Filters=[{"Name": "tag-key", "Values": [CLUSTER_TAG]}])["SecurityGroups"]
    found += [f"security group {group['GroupName']}" for group in groups]
    for kind in ("ingresses", "targetgroupbindings", "mutatingwebhookconfigurations", "validatingwebhookconfigurations"):
        found += [f"{kind}: {_name(body)}" for body in kubernetes.objects(kind)]
    for kind in ("services", "ingresses", "targetgroupbindings", "namespaces"):
        for body in kubernetes.objects(kind):
            found += [f"finalizer {one} of {kind} {_name(body)}" for one in body["metadata"].get("finalizers", [])]
            if "deletionTimestamp" in body["metadata"]:
                found.append(f"{kind} {_name(body)} is being deleted")
    return found


class _Account:
    """The load balancing of an account, read once."""

    def __init__(self, cloud: Cloud) -> None:
        self.elb, self.ec2 = cloud.client("elbv2"), cloud.client("ec2")
        self.load_balancers = self.elb.describe_load_balancers()["LoadBalancers"]
        self.target_groups = self.elb.describe_target_groups()["TargetGroups"]
        arns = [one["LoadBalancerArn"] for one in self.load_balancers] + [one["TargetGroupArn"] for one in self.target_groups]
        self._tags = {
            told["ResourceArn"]: {tag["Key"]: tag["Value"] for tag in told["Tags"]}
            for at in range(0, len(arns), 20)
            for told in self.elb.describe_tags(ResourceArns=arns[at : at + 20])["TagDescriptions"]
        }
        self._names = {arn: self._tag(arn, RESOURCE_TAGS) for arn in arns}

    def is_ours(self, arn: str) -> bool:
        return CLUSTER_TAG in self._tags[arn]

    def balancers(self) -> dict[str, Balancer]:
        return {
            self._tag(one["LoadBalancerArn"], STACK_TAGS): self._balancer(one)
            for one in self.load_balancers
            if self.is_ours(one["LoadBalancerArn"])
        }

    def _balancer(self, told: Mapping[str, Any]) -> Balancer:
        arn, stack = told["LoadBalancerArn"], self._tag(told["LoadBalancerArn"], STACK_TAGS)
        return Balancer(
            arn=arn,
            name=told["LoadBalancerName"],
            dns_name=told["DNSName"],
            scheme=told["Scheme"],
            subnets=frozenset(zone["SubnetId"] for zone in told["AvailabilityZones"]),
            security_groups=tuple(told.get("SecurityGroups", ())),
            listeners={
                listener["Port"]: self._listener(listener)
                for listener in self.elb.describe_listeners(LoadBalancerArn=arn)["Listeners"]
            },
            target_groups={
                self._names[one["TargetGroupArn"]]: self._target_group(one)
                for one in self.target_groups
                if self._tag(one["TargetGroupArn"], STACK_TAGS) == stack
            },
        )

    def _listener(self, told: Mapping[str, Any]) -> Listener:
        rules = self.elb.describe_rules(ListenerArn=told["ListenerArn"])["Rules"]
        told_certificates = self.elb.describe_listener_certificates(ListenerArn=told["ListenerArn"])["Certificates"]
        own = [one["CertificateArn"] for one in told.get("Certificates", ())]
        return Listener(
            protocol=told["Protocol"],
            certificates=tuple(dict.fromkeys([*own, *(one["CertificateArn"] for one in told_certificates)])),
            default=self._actions(told["DefaultActions"]),
            rules=tuple(
                Rule(int(rule["Priority"]), _conditions(rule["Conditions"]), self._actions(rule["Actions"]))
                for rule in sorted((rule for rule in rules if not rule["IsDefault"]), key=lambda rule: int(rule["Priority"]))
            ),
        )

    def _target_group(self, told: Mapping[str, Any]) -> TargetGroup:
        health = self.elb.describe_target_health(TargetGroupArn=told["TargetGroupArn"])["TargetHealthDescriptions"]
        return TargetGroup(
            arn=told["TargetGroupArn"],
            protocol=told["Protocol"],
            health_check=told.get("HealthCheckPath", ""),
            targets=frozenset((one["Target"]["Id"], one["Target"]["Port"]) for one in health if not _is_leaving(one)),
        )

    def _actions(self, actions: Sequence[Mapping[str, Any]]) -> str:
        return ", ".join(self._action(action) for action in sorted(actions, key=lambda action: action.get("Order", 1)))

    def _action(self, action: Mapping[str, Any]) -> str:
        match action["Type"]:
            case "forward":
                groups = action.get("ForwardConfig", {}).get("TargetGroups") or [action]
                return "forward to " + " and ".join(self._names[group["TargetGroupArn"]] for group in groups)
            case "redirect":
                to = {**_REDIRECT, **action["RedirectConfig"]}
                return f"{to['StatusCode']} {to['Protocol']}://{to['Host']}:{to['Port']}{to['Path']}?{to['Query']}"
            case "fixed-response":
                return f"answer {action['FixedResponseConfig']['StatusCode']}"
        return str(action["Type"])

    def _tag(self, arn: str, keys: Sequence[str]) -> str:
        return next((self._tags[arn][key] for key in keys if key in self._tags[arn]), "")


def _is_leaving(target: Mapping[str, Any]) -> bool:
    return bool(target["TargetHealth"]["State"] == "draining")


def _conditions(conditions: Sequence[Mapping[str, Any]]) -> str:
    return " and ".join(f"{condition['Field']} {' or '.join(_values(condition))}" for condition in conditions)


def _values(condition: Mapping[str, Any]) -> Iterator[str]:
    for name, config in condition.items():
        if name.endswith("Config") and config:
            yield from (
                f"{value.get('Key', '')}={value['Value']}" if isinstance(value, dict) else value for value in config["Values"]
            )


def _name(body: Mapping[str, Any]) -> str:
    metadata = body["metadata"]
    return "/".join(metadata[key] for key in ("namespace", "name") if key in metadata)
