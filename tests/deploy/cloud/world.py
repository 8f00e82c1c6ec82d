"""What is in moto when a call is made, as far as IAM looks at it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

from botocore.exceptions import ClientError


class MotoWorld:
    """Asks moto, unrecorded."""

    partition = "aws"
    region = "us-east-1"
    account = "123456789012"

    def __init__(self, client: Callable[[str], Any]) -> None:
        self._client, self._clients = client, dict[str, Any]()
        self._lock = Lock()
        self._load_balancers_seen = False

    def tags(self, arn: str) -> dict[str, str]:
        """The tags of a resource, none if there is none."""
        service, kind = arn.split(":")[2] if ":" in arn else "", arn.split(":", 5)[-1]
        try:
            if service == "ec2":
                named = [{"Name": "resource-id", "Values": [kind.partition("/")[2]]}]
                found = self._of("ec2").describe_tags(Filters=named)["Tags"]
            elif service == "elasticloadbalancing":
                (described,) = self._of("elbv2").describe_tags(ResourceArns=[arn])["TagDescriptions"]
                found = described["Tags"]
            elif service == "acm":
                found = self._of("acm").list_tags_for_certificate(CertificateArn=arn)["Tags"]
            else:
                found = []
        except (ClientError, ValueError):
            return {}
        return {tag["Key"]: tag.get("Value", "") for tag in found}

    def vpc_of(self, group: str) -> str | None:
        """The VPC of a security group, by its id."""
        try:
            (found,) = self._of("ec2").describe_security_groups(GroupIds=[group])["SecurityGroups"]
        except (ClientError, ValueError):
            return None
        return str(found["VpcId"])

    @property
    def has_load_balancers(self) -> bool:
        """Whether there ever was a load balancer."""
        self._load_balancers_seen |= bool(self._of("elbv2").describe_load_balancers()["LoadBalancers"])
        return self._load_balancers_seen

    def _of(self, service: str) -> Any:
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._client(service)
            return self._clients[service]
