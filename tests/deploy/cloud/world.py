"""What is in moto when a call is made, as far as IAM looks at it."""

from __future__ import annotations

import time
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
        self._policies: dict[str, tuple[float, list[list[dict[str, Any]]] | None]] = {}

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

    def statements_of(self, role: str) -> list[list[dict[str, Any]]] | None:
        """What a role is allowed: its policies as one list of statements, and its permissions boundary as another, if it has one.

        None if there is no such role. What is known of a role holds for a second: in IAM, too, changes take their time.
        """
        with self._lock:
            known = self._policies.get(role)
        if known and known[0] > time.monotonic():
            return known[1]
        found = self._read_policies(role)
        with self._lock:
            self._policies[role] = (time.monotonic() + 1, found)
        return found

    def _read_policies(self, role: str) -> list[list[dict[str, Any]]] | None:
        iam = self._of("iam")
        try:
            boundary = iam.get_role(RoleName=role)["Role"].get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
            attached = iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
            inline = [
                iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
                for name in iam.list_role_policies(RoleName=role)["PolicyNames"]
            ]
            documents = [*inline, *(self._managed(policy["PolicyArn"]) for policy in attached)]
            bounds = [self._managed(boundary)] if boundary else []
        except ClientError as failure:
            if failure.response["Error"]["Code"] == "NoSuchEntity":
                return None
            raise
        return [_statements(documents), *([_statements(bounds)] if bounds else [])]

    def _managed(self, arn: str) -> dict[str, Any]:
        iam = self._of("iam")
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        document: dict[str, Any] = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
        return document

    def _of(self, service: str) -> Any:
        with self._lock:
            if service not in self._clients:
                self._clients[service] = self._client(service)
            return self._clients[service]


def _statements(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = [document["Statement"] for document in documents]
    return [statement for one in found for statement in (one if isinstance(one, list) else [one])]
