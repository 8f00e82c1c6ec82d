"""The Kubernetes service account under which the controller runs."""

from __future__ import annotations

from aws_cdk import aws_iam
from constructs import Construct

from eks_ingress.controller.cluster import Cluster


class ServiceAccount(Construct):
    """A service account whose pods take on a role."""

    def __init__(self, scope: Construct, id: str, *, cluster: Cluster, name: str, namespace: str, role: aws_iam.IRole) -> None:
        """Creates the account.

        :param cluster: where.
        :param name: its name.
        :param namespace: its namespace, which must be there.
        :param role: the role that its pods take on.
        """
        super().__init__(scope, id)
        self.service_account_name = name
        """Its name."""
        self.service_account_namespace = namespace
        """Its namespace."""
        body = {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {
                "name": name,
                "namespace": namespace,
                "labels": {"app.kubernetes.io/name": name},
                "annotations": {"eks.amazonaws.com/role-arn": role.role_arn},
            },
        }
        self.manifest = cluster.manifest(self, "Manifest", [body])
        """The resource that applies it."""
