"""How the controller proves to AWS who it is: IAM roles for service accounts (IRSA).

Facts: Amazon EKS documentation, "IAM roles for service accounts"; IAM documentation, "Create a role for OpenID Connect federation".
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from aws_cdk import Fn, aws_iam
from constructs import Construct

from eks_ingress.controller.cluster import Cluster
from eks_ingress.refusal import Refusals

_AUDIENCE = "sts.amazonaws.com"


@dataclass(frozen=True)
class Identity:
    """How the controller gets its AWS credentials; made by `irsa`."""

    oidc_provider: aws_iam.IOpenIdConnectProvider | None = None
    issuer_url: str | None = None

    @classmethod
    def irsa(cls, oidc_provider: aws_iam.IOpenIdConnectProvider | None = None, issuer_url: str | None = None) -> Identity:
        """A role that the controller's service account takes on, trusted by the cluster's OIDC provider.

        Without arguments, the provider is the cluster's own: made with it, or given to `from_cluster_attributes`. An account can
        have only one provider for an issuer.

        :param oidc_provider: a provider that exists already.
        :param issuer_url: for an imported cluster without provider, its issuer, from which one is made:
            `https://oidc.eks.REGION.amazonaws.com/id/ID` (`aws eks describe-cluster` shows it).
        """
        return cls(oidc_provider, issuer_url)

    def check(self, cluster: Cluster, refusals: Refusals) -> None:
        """Notes what is missing, or said twice, for a role in this cluster."""
        known = self.oidc_provider is not None or (not cluster.created and cluster.imported_oidc_provider is not None)
        refusals.require(
            cluster.created or known or self.issuer_url is not None,
            "imported cluster",
            cluster.name,
            "has no OIDC provider, which its controller's role would trust",
            "Give `open_id_connect_provider=` to `from_cluster_attributes`, or to EksIngress "
            "`identity=Identity.irsa(issuer_url='https://oidc.eks.…')`, if the account has no provider for it yet.",
        )
        refusals.require(
            self.issuer_url is None or not (cluster.created or known),
            "issuer_url",
            self.issuer_url,
            "would make a second OIDC provider for an issuer that has one, which AWS refuses",
            "Leave `issuer_url` out.",
        )
        refusals.require(
            self.issuer_url is None or self.issuer_url.startswith(("https://", "${Token[")),
            "issuer_url",
            self.issuer_url,
            "is no https address",
            "Write what `aws eks describe-cluster --query cluster.identity.oidc.issuer` shows.",
        )

    def provider(self, scope: Construct, cluster: Cluster) -> aws_iam.IOpenIdConnectProvider:
        """The provider to trust; created below `scope` only from an issuer's URL."""
        if self.issuer_url is not None:
            return aws_iam.OidcProviderNative(scope, "OidcProvider", url=self.issuer_url, client_ids=[_AUDIENCE])
        if self.oidc_provider is not None:
            return self.oidc_provider
        found = cluster.own_oidc_provider() if cluster.created else cluster.imported_oidc_provider
        assert found is not None, "an imported cluster without provider was refused before"
        return found


def role(scope: Construct, provider: aws_iam.IOpenIdConnectProvider, namespace: str, account: str) -> aws_iam.Role:
    """A role for one service account of the provider's cluster and nobody else.

    The names of the conditions hold the issuer, which is often known only at deploy time, and CloudFormation has no such names.
    So the trust policy is written as text, in which Fn::Sub fills in the issuer; CDK's way is a Lambda function.
    """
    created = aws_iam.Role(
        scope,
        "Role",
        assumed_by=aws_iam.WebIdentityPrincipal(provider.open_id_connect_provider_arn),
        description="AWS Load Balancer Controller",
    )
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": "${Provider}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {
                "${Issuer}:aud": _AUDIENCE,
                "${Issuer}:sub": f"system:serviceaccount:{namespace}:{account}",
            }
        },
    }
    resource = created.node.default_child
    assert isinstance(resource, aws_iam.CfnRole)
    resource.assume_role_policy_document = Fn.sub(
        json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        {"Provider": provider.open_id_connect_provider_arn, "Issuer": provider.open_id_connect_provider_issuer},
    )
    return created
