"""The pages of the API: every public name with its signature and docstrings, which mkdocstrings reads from the code."""

from __future__ import annotations

from collections.abc import Mapping

import eks_ingress

TITLES = {
    "constructs": "Constructs",
    "controller": "The controller",
    "routes": "Routes",
    "backends": "Where requests go",
    "load-balancers": "Settings of load balancers",
    "listeners": "Listeners and sign-in",
    "targets": "Targets",
    "networks": "Network load balancers",
    "manifests": "Ingresses, classes and bindings",
    "facts": "Facts and tests",
}
"""The pages, and their titles, in order."""

PAGES = {
    "annotations": "manifests",
    "balancers": "constructs",
    "controller": "controller",
    "ingress": "constructs",
    "plan": "facts",
    "refusal": "facts",
    "routing.attributes": "load-balancers",
    "routing.auth": "listeners",
    "routing.backend": "backends",
    "routing.conditions": "routes",
    "routing.frontend": "load-balancers",
    "routing.health": "targets",
    "routing.ingress": "manifests",
    "routing.ingress_class": "manifests",
    "routing.labels": "targets",
    "routing.listener": "listeners",
    "routing.match": "routes",
    "routing.network": "load-balancers",
    "routing.network_attributes": "networks",
    "routing.network_health": "networks",
    "routing.network_listener": "networks",
    "routing.network_protocol": "networks",
    "routing.network_service": "networks",
    "routing.network_settings": "networks",
    "routing.network_targets": "networks",
    "routing.protocol": "targets",
    "routing.regex": "routes",
    "routing.scheme": "load-balancers",
    "routing.settings": "load-balancers",
    "routing.target_group_binding": "manifests",
    "routing.targets": "targets",
    "routing.tls": "listeners",
    "routing.transforms": "routes",
    "routing.web_acl": "load-balancers",
    "routing.weights": "networks",
}
"""The page of each module that has public names, or of a whole room."""


USED = (
    r"__init__ acknowledge add_\w+ chart class_name cluster dns_name facts from_existing frontend_dns_name grant_principal "
    r"group_name ingress_class_name ingress_name load_balancer load_balancers oidc_provider plan policies policy role routes "
    r"service_account service_name settings tag_subnets"
).replace(" ", "|")
"""Members of constructs that are for users; all others are for the rooms of the package."""

FILTERS = {"constructs": f"!^(?!({USED})$)", "controller": "!^(_(?!_init__).*|attaches_policy|check|make|to_asset|values)$"}
"""By page, what of the members is left out."""


def pages() -> Mapping[str, str]:
    """Text by place in the site."""
    by_page = names()
    made = {"api/index.md": _index(by_page)}
    for page, title in TITLES.items():
        hidden = f"    options:\n      filters: ['{FILTERS[page]}']\n" if page in FILTERS else ""
        listed = "\n".join(f"::: eks_ingress.{name}\n{hidden}" for name in by_page[page])
        made[f"api/{page}.md"] = f"# {title}\n\nAll of it is imported from `eks_ingress`.\n\n{listed}"
    return made


def names() -> Mapping[str, list[str]]:
    """The public names of each page. A name of a module that no page has is an error."""
    found: dict[str, list[str]] = {page: [] for page in TITLES}
    for name in eks_ingress.__all__:
        home = eks_ingress._HOMES[name]
        found[PAGES.get(home) or PAGES[home.partition(".")[0]]].append(name)
    return found


def _index(by_page: Mapping[str, list[str]]) -> str:
    lines = ["# API", "", "Every name that `eks_ingress` has, by what it is for.", "", "| | |", "|---|---|"]
    for page, title in TITLES.items():
        links = ", ".join(f"[`{name}`]({page}.md#eks_ingress.{name})" for name in by_page[page])
        lines.append(f"| [{title}]({page}.md) | {links} |")
    return "\n".join(lines) + "\n"
