"""What clients must show before a rule answers.

Facts: controller documentation, "Authentication", "JWT validation"; the controller's builders of actions and of their
authentication (`pkg/ingress`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations.grammar import Unreadable
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.members import Group, Member
from eks_ingress.plan.model import Auth
from eks_ingress.plan.said import Said
from eks_ingress.plan.unknown import is_unknown, unknown

_REDACTED = "[REDACTED]"
_PARTS = {
    "cognito": ("userPoolARN", "userPoolClientID", "userPoolDomain"),
    "oidc": ("issuer", "authorizationEndpoint", "tokenEndpoint", "userInfoEndpoint"),
}
_ANNOTATIONS = frozenset(
    row.key()
    for row in (
        c.AUTH_TYPE,
        c.AUTH_IDP_COGNITO,
        c.AUTH_IDP_OIDC,
        c.AUTH_ON_UNAUTHENTICATED_REQUEST,
        c.AUTH_SCOPE,
        c.AUTH_SESSION_COOKIE,
        c.AUTH_SESSION_TIMEOUT,
        c.JWT_VALIDATION,
    )
)


def sign_in(group: Group, member: Member, said: Said, protocol: str) -> Auth | None:
    """What an Ingress asks of clients, where `said` are the annotations of its only Service over its own.

    The controller asks on HTTPS listeners only. Raises `Refused` for what cannot be read, on any listener, and on HTTPS for what is
    said in two ways or lacks something.
    """
    if _ANNOTATIONS.isdisjoint(said.keys) and (said.under is None or _ANNOTATIONS.isdisjoint(said.under.keys)):
        return None
    kind = said.read(c.AUTH_TYPE) or "none"
    timeout = said.read(c.AUTH_SESSION_TIMEOUT)
    configs = {"cognito": said.read(c.AUTH_IDP_COGNITO), "oidc": said.read(c.AUTH_IDP_OIDC)}
    jwt = _jwt(member)
    if kind == "none" or is_unknown(kind):
        return jwt
    if protocol != "HTTPS":
        return Auth(kind)
    config, row = configs[kind], c.AUTH_IDP_COGNITO if kind == "cognito" else c.AUTH_IDP_OIDC
    if config is None and said.text(row) is not None:  # what it says is not known yet
        config = {part: unknown(part) for part in ("secretName", *_PARTS[kind])}
    if config is None:
        name, key = "IDPConfigCognito" if kind == "cognito" else "IDPConfigOIDC", row.key()
        raise member.refuse("EKI214", f"auth-type is {kind}, and {key} is missing.", "Write it.", f"missing {name}", at=c.AUTH_TYPE)
    if kind == "oidc":
        _require_secret(group, member, str(config.get("secretName") or ""))
    if jwt is not None:
        event = "authentication and jwt validation can't both be configured"
        raise member.refuse("EKI213", "it has both auth-type and jwt-validation.", "Keep one of them.", event, at=c.AUTH_TYPE)
    return Auth(kind, _action(kind, config, said, 604800 if timeout is None else timeout))


def secret_of(manifest: Manifest) -> str | None:
    """The Secret with a client's id that an Ingress, or a Service, names; it is in the namespace of the Ingress."""
    try:
        config = c.AUTH_IDP_OIDC.grammar.decode(manifest.annotations.get(c.AUTH_IDP_OIDC.key(), "{}"))
    except Unreadable:
        return None  # the plan refuses it
    return config.get("secretName") or None


def _action(kind: str, config: Mapping[str, Any], said: Said, timeout: int) -> dict[str, Any]:
    extra = config.get("authenticationRequestExtraParams")
    unauthenticated = _text(said, c.AUTH_ON_UNAUTHENTICATED_REQUEST, "authenticate")
    settings = {
        **({"authenticationRequestExtraParams": extra} if extra else {}),
        **({"onUnauthenticatedRequest": unauthenticated} if unauthenticated else {}),
        "scope": _text(said, c.AUTH_SCOPE, "openid"),
        "sessionCookieName": _text(said, c.AUTH_SESSION_COOKIE, "AWSELBAuthSessionCookie"),
        "sessionTimeout": timeout,
        **{part: config.get(part) or "" for part in _PARTS[kind]},
    }
    if kind == "cognito":
        return {"type": "authenticate-cognito", "authenticateCognitoConfig": settings}
    # The controller keeps the secret out of what it writes.
    redacted = {"clientID": _REDACTED, "clientSecret": _REDACTED}
    return {"type": "authenticate-oidc", "authenticateOIDCConfig": {**settings, **redacted}}


def _text(said: Said, annotation: c.Annotation, default: str) -> str:
    text = said.text(annotation)
    return default if text is None else text


def _require_secret(group: Group, member: Member, name: str) -> None:
    """Raises `Refused` for a Secret that is known not to be there, or to lack what is needed."""
    if is_unknown(name):
        return
    secret = group.world.secrets.get((member.namespace, name))
    full_name = f"{member.namespace}/{name}"
    if secret is None:
        if group.world.complete:
            raise member.refuse(
                "EKI214",
                f"there is no Secret {full_name} with the client's id and secret.",
                "Make it in the namespace of the Ingress, with the keys clientID and clientSecret.",
                f'secrets "{name}" not found',
                at=c.AUTH_IDP_OIDC,
            )
        return
    label, _, value = group.world.flags.required_secret_label.partition("=")
    labels = (secret.body.get("metadata") or {}).get("labels") or {}
    if label and labels.get(label) != value:
        raise member.refuse(
            "EKI214",
            f"Secret {full_name} lacks the label {label}={value}, without which the controller does not read it.",
            "Give it the label.",
            f"secret {full_name} is missing required label {label}={value}",
            at=c.AUTH_IDP_OIDC,
        )
    keys = {*(secret.body.get("data") or {}), *(secret.body.get("stringData") or {})}
    for wanted, missing in (({"clientID", "clientId"}, "clientID"), ({"clientSecret"}, "clientSecret")):
        if not wanted & keys:
            raise member.refuse(
                "EKI214",
                f"Secret {full_name} has no {missing}.",
                "Give it the keys clientID and clientSecret.",
                f"missing {missing}, secret: {full_name}",
                at=c.AUTH_IDP_OIDC,
            )


def _jwt(member: Member) -> Auth | None:
    document = member.read(c.JWT_VALIDATION)
    if document is None:
        return None
    claims = document.get("additionalClaims") or []
    missing = [
        (name, f"{name} is a required field for jwt validation") for name in ("jwksEndpoint", "issuer") if not document.get(name)
    ]
    for claim in claims:
        missing += [
            (
                f"additionalClaims.{name}",
                "values must not be empty for additional claims"
                if name == "values"
                else f"{name} is a required field for additional claims",
            )
            for name in ("format", "name", "values")
            if not claim.get(name)
        ]
    if missing:
        names = ", ".join(dict.fromkeys(name for name, _ in missing))
        raise member.refuse("EKI214", f"jwt-validation lacks {names}.", "Write all of them.", missing[0][1], at=c.JWT_VALIDATION)
    config = {
        "jwksEndpoint": document["jwksEndpoint"],
        "issuer": document["issuer"],
        **({"additionalClaims": [{x: claim[x] for x in ("format", "name", "values")} for claim in claims]} if claims else {}),
    }
    return Auth("jwt", {"type": "jwt-validation", "jwtValidationConfig": config})
