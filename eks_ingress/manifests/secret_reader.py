"""What lets a service account read one Secret, and no other.

Facts: controller documentation, "Authentication", and its chart, `clusterSecretsPermissions`, which leaves this to whoever needs
it; the controller's source, secrets manager (it gets, lists and watches a Secret by its name); Kubernetes documentation, "Using
RBAC Authorization", which lets a list or a watch of one name go by `resourceNames`.
"""

from __future__ import annotations

from typing import Any

_API = "rbac.authorization.k8s.io"


def secret_reader(name: str, namespace: str, secret: str, *, account: str, account_namespace: str) -> list[dict[str, Any]]:
    """A Role and its RoleBinding, both of this name, that let an account read a Secret of a namespace."""
    metadata = {"name": name, "namespace": namespace}
    rule = {"apiGroups": [""], "resources": ["secrets"], "resourceNames": [secret], "verbs": ["get", "list", "watch"]}
    return [
        {"apiVersion": f"{_API}/v1", "kind": "Role", "metadata": metadata, "rules": [rule]},
        {
            "apiVersion": f"{_API}/v1",
            "kind": "RoleBinding",
            "metadata": metadata,
            "roleRef": {"apiGroup": _API, "kind": "Role", "name": name},
            "subjects": [{"kind": "ServiceAccount", "name": account, "namespace": account_namespace}],
        },
    ]
