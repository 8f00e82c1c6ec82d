"""Clients of user pools that the app makes itself, held against the sign-in that rules ask of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from eks_ingress.checks.check import ERROR, Finding
from eks_ingress.checks.controller import Told
from eks_ingress.checks.reading import rules
from eks_ingress.plan.model import Plan, Rule
from eks_ingress.tokens import has_token


@dataclass(frozen=True, slots=True)
class SignInClient:
    """What a client of a user pool says; None for what is known only at deploy time."""

    path: str
    """Path of its construct."""
    has_secret: bool | None
    flows: tuple[str, ...] | None
    """OAuth flows that it allows: `code` is the authorization code grant."""
    scopes: tuple[str, ...] | None
    callbacks: tuple[str, ...] | None


class UnfitSignInClient(Told):
    """A client of a user pool with which nobody could sign in."""

    id = "EKI385"
    is_mixed = True
    title = "A client of a user pool does not go with the sign-in that uses it"
    why = (
        "Elastic Load Balancing takes no client without a secret and the authorization code grant, and Cognito sends users back "
        "only to callbacks, and with scopes, that the client names."
    )
    remedy = "Give the client `generate_secret=True` and `o_auth=OAuthSettings(flows=…, scopes=…, callback_urls=…)`."
    source = "Elastic Load Balancing documentation, Authenticate users using an Application Load Balancer"
    can_be_acknowledged = True

    def of(self, plan: Plan, clients: Mapping[str, SignInClient]) -> Iterator[Finding]:
        """What is wrong with `clients`, by the id that the rules name."""
        asked: dict[str, list[Rule]] = {}
        callbacks: dict[str, dict[str, None]] = {}
        for listener, rule in rules(plan):
            config = {} if rule.auth is None else rule.auth.action.get("authenticateCognitoConfig") or {}
            client = str(config.get("userPoolClientID"))
            if client not in clients or listener.protocol != "HTTPS":
                continue
            asked.setdefault(client, []).append(rule)
            if listener.port == 443:  # with another one, the callback has it too
                callbacks.setdefault(client, {}).update(dict.fromkeys(_callbacks(rule.hosts)))
        for name, of_client in asked.items():
            yield from self._of_client(clients[name], of_client, [*callbacks.get(name, ())])

    def _of_client(self, client: SignInClient, asked: list[Rule], callbacks: list[str]) -> Iterator[Finding]:
        what, first = f"client {client.path} of the user pool", asked[0]
        if client.has_secret is False:
            yield self.in_rule(first, f"{what} has no secret.", "Give it `generate_secret=True`.", severity=ERROR)
        if client.flows is not None and "code" not in client.flows:
            remedy = "Give it `o_auth=OAuthSettings(flows=OAuthFlows(authorization_code_grant=True), …)`."
            yield self.in_rule(first, f"{what} does not allow the authorization code grant.", remedy, severity=ERROR)
        scopes = sorted({scope for rule in asked for scope in _scopes(rule)} - set(client.scopes or ()))
        if scopes and client.scopes is not None:
            message = f"{what} does not allow the scopes {', '.join(map(repr, scopes))}, which are asked for."
            yield self.in_rule(first, message, "Add them to the scopes of its `o_auth=`.")
        there = [url for url in client.callbacks or () if url != _PLACEHOLDER]
        missing = [url for url in callbacks if client.callbacks is not None and url not in client.callbacks]
        if missing:
            yield self.in_rule(
                first,
                f"{what} does not take {', '.join(map(repr, missing))} for a callback.",
                f"Give it `o_auth=OAuthSettings(callback_urls={[*there, *missing]!r}, …)`.",
            )


_PLACEHOLDER = "https://example.com"
"""The callback that the CDK gives a client which was given none."""

UNFIT_CLIENT = UnfitSignInClient()


def _callbacks(hosts: Iterable[str]) -> Iterator[str]:
    """Where users come back to, of hosts that are known whole."""
    for host in hosts:
        if not has_token(host) and "*" not in host and "?" not in host:
            yield f"https://{host}/oauth2/idpresponse"


def _scopes(rule: Rule) -> list[str]:
    """What is asked of the user pool."""
    scope = "" if rule.auth is None else str(rule.auth.action["authenticateCognitoConfig"].get("scope") or "")
    return [] if has_token(scope) else scope.split()
