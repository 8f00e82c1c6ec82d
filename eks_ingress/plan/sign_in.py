"""What clients must show before a rule answers.

Facts: controller documentation, "Authentication", "JWT validation"; the controller's builders of actions and of their
authentication (`pkg/ingress`).
"""

from __future__ import annotations

from eks_ingress.annotations import catalogue as c
from eks_ingress.plan.members import Member


def sign_in(member: Member, protocol: str) -> str | None:
    """What an Ingress asks of clients: `cognito`, `oidc` or `jwt`; the controller asks on HTTPS listeners only.

    Raises `Refused` for what cannot be read, on any listener, and on HTTPS for what is said in two ways.
    """
    kind = member.read(c.AUTH_TYPE)
    member.read(c.AUTH_IDP_COGNITO)
    member.read(c.AUTH_IDP_OIDC)
    jwt = _checked_jwt(member)
    signs_in: str | None = kind if kind not in (None, "none") else None
    if protocol == "HTTPS" and signs_in is not None and jwt:
        raise member.refuse("it has both auth-type and jwt-validation.", "Keep one of them.")
    return signs_in or ("jwt" if jwt else None)


def _checked_jwt(member: Member) -> bool:
    document = member.read(c.JWT_VALIDATION)
    if document is None:
        return False
    claims = document.get("additionalClaims") or []
    missing = [name for name in ("jwksEndpoint", "issuer") if not document.get(name)]
    missing += [f"additionalClaims.{name}" for claim in claims for name in ("format", "name", "values") if not claim.get(name)]
    if missing:
        raise member.refuse(f"jwt-validation lacks {', '.join(missing)}.", "Write all of them.")
    return True
