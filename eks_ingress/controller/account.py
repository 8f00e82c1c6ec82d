"""The Kubernetes service account under which the controller runs."""

from __future__ import annotations

from aws_cdk import aws_iam
from constructs import Construct

from eks_ingress.controller.cluster import Cluster
from eks_ingress.controller.identity import Account


class ServiceAccount(Construct):
    """A service account, whose pods may take on a role."""

    def __init__(
        self, scope: Construct, id: str, *, cluster: Cluster, account: Account, role: aws_iam.IRole | None, take_over: bool
    ) -> None:
        """Creates the account.

        :param cluster: where.
        :param account: its name, and its namespace, which must be there.
        :param role: the role that the account names for its pods (IRSA), None where they get it in another way.
        :param take_over: whether an account of this name that is there already is changed to this one, rather than an error.
        """
        super().__init__(scope, id)
        self.service_account_name = account.name
        """Its name."""
        self.service_account_namespace = account.namespace
        """Its namespace."""
        annotations = {} if role is None else {"annotations": {"eks.amazonaws.com/role-arn": role.role_arn}}
        body = {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {
                "name": account.name,
                "namespace": account.namespace,
                "labels": {"app.kubernetes.io/name": account.name},
                **annotations,
            },
        }
        self.manifest = cluster.manifest(self, "Manifest", [body], overwrite=take_over)
        """The resource that applies it."""
