"""How the controller proves to AWS who it is: by the cluster's OIDC provider, by EKS Pod Identity, or by a role that exists.

Facts: Amazon EKS documentation, "IAM roles for service accounts", "EKS Pod Identities"; IAM documentation, "Create a role for
OpenID Connect federation".
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_cdk import Fn, Stack, aws_iam
from constructs import Construct, IDependable

from eks_ingress.controller.account import Account
from eks_ingress.controller.role import RoleSettings
from eks_ingress.refusal import Refusals

if TYPE_CHECKING:
    from eks_ingress.controller.cluster import Cluster

_AUDIENCE = "sts.amazonaws.com"


@dataclass(frozen=True)
class Credentials:
    """What an identity made for the controller."""

    role: aws_iam.IRole
    makes_role: bool
    """Whether the role is this construct's own, so that its policy hangs on it."""
    trust_is_fixed: bool
    """Whether what is added to the role's trust policy has no effect."""
    annotates_account: bool
    """Whether the service account names the role, as IRSA wants it."""
    oidc_provider: aws_iam.IOpenIdConnectProvider | None = None
    before_controller: Sequence[IDependable] = ()
    """What must be there before the controller starts."""

    def annotations(self) -> dict[str, str]:
        """What the service account says of the role."""
        return {"eks.amazonaws.com/role-arn": self.role.role_arn} if self.annotates_account else {}


class Identity:
    """How the controller gets its AWS credentials; made by `irsa`, `pod_identity` and `existing_role`."""

    @staticmethod
    def irsa(
        oidc_provider: aws_iam.IOpenIdConnectProvider | None = None,
        issuer_url: str | None = None,
        *,
        role: RoleSettings = RoleSettings(),
    ) -> Identity:
        """A role that the controller's service account takes on, trusted by the cluster's OIDC provider.

        Without arguments, the provider is the cluster's own: made with it, or given to `from_cluster_attributes`. An account can
        have only one provider for an issuer.

        :param oidc_provider: a provider that exists already.
        :param issuer_url: for an imported cluster without provider, its issuer, from which one is made:
            `https://oidc.eks.REGION.amazonaws.com/id/ID` (`aws eks describe-cluster` shows it).
        :param role: name, path, boundary and tags of the role.
        """
        return _Irsa(oidc_provider, issuer_url, role)

    @staticmethod
    def pod_identity(*, install_agent: bool | None = None, role: RoleSettings = RoleSettings()) -> Identity:
        """A role that EKS hands to the controller's pods, by an association and an agent on each node. Not on Fargate.

        :param install_agent: True installs the add-on `eks-pod-identity-agent`; False says that it is there already. Default: it
            is installed on a cluster that the app creates, and left to EKS in Auto Mode, which has it built in; for an imported
            cluster it must be said.
        :param role: name, path, boundary and tags of the role.
        """
        return PodIdentity(install_agent, role)

    @staticmethod
    def existing_role(role: aws_iam.IRole, *, attach_policy: bool = False) -> Identity:
        """A role that somebody else made, with a trust policy for the controller's service account; the account names it.

        :param role: the role.
        :param attach_policy: whether the controller's policy is made and attached to it; else it has its permissions already
            (`eks-ingress policy` prints what it needs), and `permissions=` of EksIngress is refused. Default: no.
        """
        return _ExistingRole(role, attach_policy)

    @property
    def attaches_policy(self) -> bool:
        """Whether the controller's policy is made and attached to the role."""
        return True

    def check(self, cluster: Cluster, refusals: Refusals) -> None:
        """Notes what cannot work with this cluster."""
        raise NotImplementedError

    def make(self, scope: Construct, cluster: Cluster, account: Account) -> Credentials:
        """Creates what is needed, below `scope`."""
        raise NotImplementedError


@dataclass(frozen=True)
class _Irsa(Identity):
    oidc_provider: aws_iam.IOpenIdConnectProvider | None
    issuer_url: str | None
    role: RoleSettings

    def check(self, cluster: Cluster, refusals: Refusals) -> None:
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

    def make(self, scope: Construct, cluster: Cluster, account: Account) -> Credentials:
        provider = self._provider(scope, cluster)
        role = self.role.make(scope, aws_iam.WebIdentityPrincipal(provider.open_id_connect_provider_arn))
        resource = role.node.default_child
        assert isinstance(resource, aws_iam.CfnRole)
        resource.assume_role_policy_document = _trust(provider, account)
        return Credentials(
            role,
            makes_role=True,
            trust_is_fixed=True,
            annotates_account=True,
            oidc_provider=provider,
        )

    def _provider(self, scope: Construct, cluster: Cluster) -> aws_iam.IOpenIdConnectProvider:
        """The provider to trust; created below `scope` only from an issuer's URL."""
        if self.issuer_url is not None:
            return aws_iam.OidcProviderNative(scope, "OidcProvider", url=self.issuer_url, client_ids=[_AUDIENCE])
        if self.oidc_provider is not None:
            return self.oidc_provider
        found = cluster.own_oidc_provider() if cluster.created else cluster.imported_oidc_provider
        assert found is not None, "an imported cluster without provider was refused before"
        return found


def _trust(provider: aws_iam.IOpenIdConnectProvider, account: Account) -> str:
    """A trust policy for one service account of the provider's cluster and nobody else.

    The names of the conditions hold the issuer, which is often known only at deploy time, and CloudFormation has no such names.
    So the policy is written as text, in which Fn::Sub fills in the issuer; CDK's way is a Lambda function.
    """
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": "${Provider}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": {
                "${Issuer}:aud": _AUDIENCE,
                "${Issuer}:sub": f"system:serviceaccount:{account.namespace}:{account.name}",
            }
        },
    }
    return Fn.sub(
        json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        {"Provider": provider.open_id_connect_provider_arn, "Issuer": provider.open_id_connect_provider_issuer},
    )


@dataclass(frozen=True)
class PodIdentity(Identity):
    """EKS Pod Identity; made by `Identity.pod_identity`."""

    install_agent: bool | None
    role: RoleSettings

    def check(self, cluster: Cluster, refusals: Refusals) -> None:
        """Refuses to guess whether an imported cluster has the agent."""
        refusals.require(
            cluster.created or self.install_agent is not None,
            "imported cluster",
            cluster.name,
            "may have no Pod Identity agent, without which the controller would have no credentials",
            "Say `Identity.pod_identity(install_agent=True)` to install the add-on, or `install_agent=False` if it is there.",
        )

    def make(self, scope: Construct, cluster: Cluster, account: Account) -> Credentials:
        """The role, its association with the account, and the agent where it is missing."""
        role = self.role.make(scope, aws_iam.SessionTagsPrincipal(aws_iam.ServicePrincipal("pods.eks.amazonaws.com")))
        before: list[IDependable] = [
            cluster.pod_identity_association(scope, "PodIdentity", role.role_arn, account.name, account.namespace)
        ]
        wanted = not cluster.has_auto_mode if self.install_agent is None else self.install_agent
        if wanted:
            before.append(cluster.pod_identity_agent(scope, "PodIdentityAgent"))
        return Credentials(
            role,
            makes_role=True,
            trust_is_fixed=False,
            annotates_account=False,
            before_controller=before,
        )


@dataclass(frozen=True)
class _ExistingRole(Identity):
    role: aws_iam.IRole
    attach_policy: bool

    @property
    def attaches_policy(self) -> bool:
        """As the user said."""
        return self.attach_policy

    def check(self, cluster: Cluster, refusals: Refusals) -> None:
        """Nothing can be known of the role of another."""

    def make(self, scope: Construct, cluster: Cluster, account: Account) -> Credentials:  # noqa: ARG002 - it is all there
        return Credentials(
            self.role,
            makes_role=False,
            trust_is_fixed=False,
            annotates_account=True,
            # What names a role of its own stack waits for it; of a role in another one it may have the name alone.
            before_controller=[] if Stack.of(self.role) is Stack.of(scope) else [self.role],
        )
