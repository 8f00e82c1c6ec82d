"""Clients of user pools that were given to `Cognito`, as far as the app makes them itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from aws_cdk import Stack

from eks_ingress.checks.sign_in_clients import SignInClient
from eks_ingress.routing.auth import Auth, Cognito


def sign_in_clients(auths: Iterable[Auth | None]) -> dict[str, SignInClient]:
    """What the clients say, by the id that is written of them; nothing of clients that were imported or named."""
    given = {auth.client: auth.given for auth in auths if isinstance(auth, Cognito) and hasattr(auth.given, "node")}
    resources = {name: client.node.default_child for name, client in given.items()}
    return {str(name): _read(resource) for name, resource in resources.items() if resource is not None}


def _read(resource: Any) -> SignInClient:
    def resolved(value: object) -> Any:
        return Stack.of(resource).resolve(value)

    def texts(value: object) -> tuple[str, ...] | None:
        """A list whose texts are all known."""
        found = resolved(value)
        known = isinstance(found, list) and all(isinstance(text, str) for text in found)
        return tuple(found) if known else None

    secret = resolved(resource.generate_secret)
    on = resolved(resource.allowed_o_auth_flows_user_pool_client)
    return SignInClient(
        path=str(resource.node.path).removesuffix("/Resource"),
        has_secret=False if secret is None else secret if isinstance(secret, bool) else None,
        flows=() if on in (None, False) else texts(resource.allowed_o_auth_flows),
        scopes=texts(resource.allowed_o_auth_scopes),
        callbacks=texts(resource.callback_ur_ls),
    )
