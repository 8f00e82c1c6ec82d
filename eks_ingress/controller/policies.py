"""The statements of the controller as policies of the CDK."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aws_cdk import Stack, Validations, aws_iam
from constructs import Construct

from eks_ingress.controller.documents import Statement
from eks_ingress.controller.identity import Credentials
from eks_ingress.controller.permissions import wildcards

_WILDCARDS = (
    "The controller makes load balancers, target groups and security groups whose ids are not known before; docs/permissions.md "
    "says for each statement what limits it, or why nothing can."
)


def make_policies(
    scope: Construct, credentials: Credentials, documents: Sequence[Sequence[Statement]]
) -> tuple[aws_iam.ManagedPolicy, ...]:
    """A managed policy for each document, attached to the controller's role."""
    made = []
    for number, statements in enumerate(documents, start=1):
        policy = aws_iam.ManagedPolicy(
            scope,
            "Policy" if number == 1 else f"Policy{number}",
            description="AWS Load Balancer Controller",
            document=aws_iam.PolicyDocument(
                minimize=False,
                statements=[aws_iam.PolicyStatement.from_json(statement) for statement in statements],
            ),
            # A role of others is no resource here that could name the policy; the policy names the role.
            roles=None if credentials.makes_role else [credentials.role],
        )
        if credentials.makes_role:
            credentials.role.add_managed_policy(policy)
        acknowledge_wildcards(policy, wildcards([list(statements)]))
        made.append(policy)
    return tuple(made)


def acknowledge_wildcards(policy: Construct, arns: Sequence[str], reason: str = _WILDCARDS) -> None:
    """Tells cdk-nag why the policy has wildcards: by default that its resources come to be only later, when Ingresses do.

    `Validations.acknowledge` writes the same metadata; before aws-cdk-lib 2.269 it refuses ids with an ARN in them.
    """
    known = Stack.of(policy).resolve([*arns])
    rules = [f"AwsSolutions::AwsSolutions-IAM5[Resource::{_as_nag_writes(resource)}]" for resource in known]
    if rules:
        policy.node.add_metadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY, dict.fromkeys(rules, reason))


def _as_nag_writes(value: Any) -> str:
    """A value of a template in the notation of cdk-nag's findings."""
    match value:
        case {"Fn::Join": [str(separator), list(parts)]}:
            return separator.join(map(_as_nag_writes, parts))
        case {"Ref": name}:
            return f"<{name}>"
        case _:
            return str(value)
