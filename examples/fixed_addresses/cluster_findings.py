"""What cdk-nag's AwsSolutions finds in the CDK's own cluster constructs, and why it may stay.

Each finding is acknowledged by itself, so that anything else is shown. Two of them have the logical ids of the kubectl provider of
a cluster whose id in its stack is `Cluster`.
"""

from __future__ import annotations

from aws_cdk import Acknowledgment, Validations
from aws_cdk import aws_eks_v2 as eks

_MANAGED = "Amazon EKS and AWS Lambda document these managed policies for the roles of clusters, nodes and functions."
_HANDLER = "The function that starts the CDK's kubectl function may call each version of it, and nothing else."
_RUNTIME = "The CDK chooses the runtime of its own function, and raises it with its releases."

_PUBLIC_ECR = (
    '{"Fn::If":["ClusterKubectlProviderHandlerHasEcrPublic69E09706",{"Fn::Join":["",["arn:",{"Ref":"AWS::Partition"},'
    '":iam::aws:policy/AmazonElasticContainerRegistryPublicReadOnly"]]},{"Ref":"AWS::NoValue"}]}'
)
_FINDINGS = {
    f"AwsSolutions-IAM4[Policy::{policy}]": _MANAGED
    for policy in (
        *(
            f"arn:<AWS::Partition>:iam::aws:policy/{name}"
            for name in (
                "AmazonEC2ContainerRegistryReadOnly",
                "AmazonEKSClusterPolicy",
                "AmazonEKSWorkerNodePolicy",
                "AmazonEKS_CNI_Policy",
                "service-role/AWSLambdaBasicExecutionRole",
                "service-role/AWSLambdaVPCAccessExecutionRole",
            )
        ),
        _PUBLIC_ECR,
    )
} | {
    "AwsSolutions-IAM5[Resource::<ClusterKubectlProviderHandler2E05C68A.Arn>:*]": _HANDLER,
    "AwsSolutions-L1": _RUNTIME,
}


def acknowledge_cluster_findings(cluster: eks.Cluster) -> None:
    """Tells cdk-nag why what it finds in the cluster may stay."""
    for finding, reason in _FINDINGS.items():
        Validations.of(cluster).acknowledge(Acknowledgment(id=f"AwsSolutions::{finding}", reason=reason))
