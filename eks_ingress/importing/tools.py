"""Labels and annotations by which tools know an object as theirs, which a CDK app must not bear."""

from __future__ import annotations

_PREFIXES = (
    "app.kubernetes.io/",
    "argocd.argoproj.io/",
    "config.kubernetes.io/",
    "fluxcd.io/",
    "helm.sh/",
    "helm.toolkit.fluxcd.io/",
    "internal.config.kubernetes.io/",
    "kubectl.kubernetes.io/",
    "kustomize.toolkit.fluxcd.io/",
    "meta.helm.sh/",
    "skaffold.dev/",
)
_NAMES = frozenset({"chart", "heritage", "release"})
"""Labels of old Helm charts."""


def is_of_tool(key: str) -> bool:
    """Whether a label or an annotation is about the tool that applied the object: Helm, kubectl, Argo CD, Flux and the like."""
    return key.startswith(_PREFIXES) or key in _NAMES


_OTHERS = {
    "nginx.ingress.kubernetes.io/": "ingress-nginx",
    "nginx.org/": "the NGINX Ingress Controller",
    "traefik.ingress.kubernetes.io/": "Traefik",
    "haproxy.org/": "the HAProxy Ingress Controller",
    "haproxy-ingress.github.io/": "HAProxy Ingress",
    "konghq.com/": "the Kong Ingress Controller",
    "appgw.ingress.kubernetes.io/": "the Application Gateway Ingress Controller",
    "networking.gke.io/": "GKE Ingress",
    "projectcontour.io/": "Contour",
}
"""Annotations of other Ingress controllers, by what they begin with."""


def reader_of(key: str) -> str | None:
    """Which other Ingress controller an annotation is for; None for one that is for none."""
    return next((name for prefix, name in _OTHERS.items() if key.startswith(prefix)), None)
