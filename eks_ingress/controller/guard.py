"""A guard of load balancers: on destroy it stands before the controller until they are gone.

CDK's handler of Kubernetes objects takes an error on delete for a success, so that a stack could be gone while a load balancer of
it lives on, without a controller that would take it away.

Facts: CloudFormation documentation, "Custom resource request and response reference"; Lambda documentation, "Lambda quotas".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_cdk import Aws, CfnResource, aws_iam
from constructs import Construct, IDependable

from eks_ingress.controller.policies import acknowledge_wildcards

if TYPE_CHECKING:
    from aws_cdk import aws_lambda

SHORTEST, LONGEST = timedelta(minutes=1), timedelta(minutes=14)
"""How long it may wait: a Lambda function is stopped after 15 minutes, and needs some of the last to look and to answer."""

_ACTIONS = (
    "ec2:DescribeSecurityGroups",
    "elasticloadbalancing:DescribeLoadBalancerAttributes",
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeTags",
    "elasticloadbalancing:DescribeTargetGroups",
)
_NO_LESS = (
    "The guard looks for what the controller made in the region, and changes nothing; AWS limits these actions to no resources. "
    "docs/destroy.md says what it does."
)


class Guard(Construct):
    """Where the guard of a stack stands; empty until `make` says that there is something to wait for."""

    def __init__(self, scope: Construct, id: str) -> None:
        super().__init__(scope, id)
        self.gate = Construct(self, "Gate")
        """What load balancers depend on."""

    def make(
        self, logical_id: str, *, wait: timedelta, after: Sequence[IDependable], wanted: Mapping[str, str | Sequence[str]]
    ) -> None:
        """Makes the function, its role, and the resource of which CloudFormation asks whether it may go.

        It has no right to write logs: they would be left behind, and what it has to say stands in the events of the stack.

        :param logical_id: of the resource, from which those of the others follow.
        :param wait: how long it waits at most.
        :param after: what goes after the load balancers: the controller.
        :param wanted: what the function is told: the cluster's name, and for which groups and Services it waits.
        """
        role = aws_iam.CfnRole(
            self,
            "Role",
            assume_role_policy_document=_document({"Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}),
            policies=[
                aws_iam.CfnRole.PolicyProperty(
                    policy_name="Look",
                    policy_document=_document(
                        {"Action": [*_ACTIONS], "Resource": "*"},
                        # Whether the stack itself is deleted.
                        {"Action": "cloudformation:DescribeStacks", "Resource": Aws.STACK_ID},
                    ),
                )
            ],
        )
        acknowledge_wildcards(role, ["*"], _NO_LESS)
        lambdas: Any = import_module("aws_cdk.aws_lambda")
        function: aws_lambda.CfnFunction = lambdas.CfnFunction(
            self,
            "Function",
            description="Waits on delete until the load balancers of the stack are gone (eks-ingress)",
            # In the template, since a stack may have no assets otherwise, as with the CDK's BootstraplessSynthesizer.
            code=lambdas.CfnFunction.CodeProperty(zip_file=_code()),
            handler="index.handler",
            runtime="python3.14",
            role=role.attr_arn,
            memory_size=256,
            timeout=900,
        )
        resource = CfnResource(
            self.gate,
            "Resource",
            type="Custom::EksIngressGuard",
            properties={
                "ServiceToken": function.attr_arn,
                # Where the function cannot answer, CloudFormation would wait for an hour.
                "ServiceTimeout": 1200,
                "Seconds": int(wait.total_seconds()),
                **{key: value for key, value in wanted.items() if value},
            },
        )
        for made, name in ((resource, ""), (function, "Function"), (role, "Role")):
            made.override_logical_id(f"{logical_id}{name}")
        if after:
            resource.node.add_dependency(*after)


def _document(*statements: Mapping[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement} for statement in statements]}


def _code() -> str:
    return (Path(__file__).parents[1] / "functions" / "guard.py").read_text("utf-8")
