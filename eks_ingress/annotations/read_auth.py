"""The annotations about what clients must show, as typed words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from eks_ingress.annotations import catalogue as c
from eks_ingress.annotations.texts import Texts
from eks_ingress.routing.auth import Auth, Claim, ClaimFormat, Cognito, Jwt, Oidc, OnUnauthenticated

_SIGN_IN = (c.AUTH_ON_UNAUTHENTICATED_REQUEST, c.AUTH_SCOPE, c.AUTH_SESSION_COOKIE, c.AUTH_SESSION_TIMEOUT)


def read_auth(texts: Texts) -> Auth | None:
    """What clients must show. What no word takes is left in `texts`."""
    kind = texts.take(c.AUTH_TYPE) or "none"
    jwt = texts.take(c.JWT_VALIDATION)
    if kind == "none":
        for row in (c.AUTH_IDP_COGNITO, c.AUTH_IDP_OIDC, *_SIGN_IN):
            texts.idle(row, "where auth-type is none")
        return None if jwt is None else texts.made(lambda: _jwt(jwt), c.JWT_VALIDATION)
    texts.leave(c.JWT_VALIDATION, "cannot stand beside auth-type")
    row, other = (c.AUTH_IDP_COGNITO, c.AUTH_IDP_OIDC) if kind == "cognito" else (c.AUTH_IDP_OIDC, c.AUTH_IDP_COGNITO)
    texts.idle(other, f"where auth-type is {kind}")
    config = texts.take(row)
    if config is None:
        texts.leave(c.AUTH_TYPE, f"is {kind}, and there is no {row.name}")
        return None
    timeout = texts.take(c.AUTH_SESSION_TIMEOUT)
    session: dict[str, Any] = {
        "scope": texts.take(c.AUTH_SCOPE),
        "session_cookie": texts.take(c.AUTH_SESSION_COOKIE),
        "session_timeout": None if timeout is None else texts.made(lambda: timedelta(seconds=timeout), c.AUTH_SESSION_TIMEOUT),
        "on_unauthenticated": texts.member(c.AUTH_ON_UNAUTHENTICATED_REQUEST, OnUnauthenticated),
        "extra_params": config.get("authenticationRequestExtraParams") or {},
    }

    def sign_in() -> Auth:
        if kind == "cognito":
            pool = (config.get(part) or "" for part in ("userPoolARN", "userPoolClientID", "userPoolDomain"))
            return Cognito(*pool, **session)
        parts = ("issuer", "authorizationEndpoint", "tokenEndpoint", "userInfoEndpoint", "secretName")
        return Oidc(*(config.get(part) or "" for part in parts), **session)

    return texts.made(sign_in, c.AUTH_TYPE, row)


def _jwt(document: dict[str, Any]) -> Jwt:
    claims = [
        Claim(claim.get("name") or "", claim.get("values") or (), ClaimFormat(claim.get("format") or ""))
        for claim in document.get("additionalClaims") or ()
    ]
    return Jwt(document.get("jwksEndpoint") or "", document.get("issuer") or "", claims)
