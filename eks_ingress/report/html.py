"""A plan as a page for the browser: all in one file that loads nothing, and in which requests can be tried.

What is said in manifests is text of others: it goes through `e`, and the page forbids all scripts but its own.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from eks_ingress import __version__
from eks_ingress.checks.usage import quotas, usage
from eks_ingress.plan.facts import Quotas
from eks_ingress.plan.model import FrontendNlb, HealthCheck, LoadBalancer, Plan
from eks_ingress.plan.network_model import NetworkHealthCheck, NetworkListener, NetworkLoadBalancer, NetworkTarget
from eks_ingress.plan.unknown import is_unknown
from eks_ingress.report import bound_text, network_text, text
from eks_ingress.report.html_parts import code, e, limits_list, mark, remarks_list, settings_list
from eks_ingress.report.html_rules import listener_part
from eks_ingress.report.page_data import answering, balancer_id, network_id
from eks_ingress.report.page_files import read_page_file
from eks_ingress.report.picture import picture
from eks_ingress.report.placing import Placed, placed
from eks_ingress.report.remarks import Remark, counted
from eks_ingress.report.traffic import flows

if TYPE_CHECKING:
    from eks_ingress.plan.changes import Changes


class Section(NamedTuple):
    """The part of a page that is about one cluster."""

    html: str
    data: str
    """What the script needs to answer requests, as JSON."""
    contents: Sequence[tuple[str, str, str]]
    """Of each load balancer the id, the name, and what it is."""
    remarks: Sequence[Remark]


def section(
    plan: Plan, remarks: Sequence[Remark], *, cluster: str | None = None, number: int = 0, changes: Changes | None = None
) -> Section:
    """The part about one cluster, with its name where that is known; `number` tells it apart from the others of a page.

    `changes` are those since an earlier plan. Default: it is compared with none.
    """
    place, changed, told = f"c{number}", {}, ""
    if changes is not None:
        from eks_ingress.report.html_changes import changed_places, changes_part  # noqa: PLC0415 - most are compared with none

        changed, told = changed_places(changes, plan, place), changes_part(changes)
    found = placed(plan, remarks, place, changed)
    allowed = quotas(plan)
    drawn = flows(plan, place)
    parts = [
        f'<section class="cluster" aria-labelledby="{place}">',
        f'<h2 id="{place}">{e(f"Cluster {cluster}" if cluster is not None else "Load balancers")}</h2>',
        remarks_list(found.others),
        told,
        f'<div class="picture" tabindex="0" role="region" aria-label="Picture of the traffic">{picture(drawn)}</div>'
        if drawn
        else "",
        *(_application(x, balancer_id(place, n), found, allowed) for n, x in enumerate(plan.load_balancers)),
        *(_network(x, network_id(place, n), found, allowed) for n, x in enumerate(plan.network_load_balancers)),
        _bindings(plan, place),
        "</section>",
    ]
    data = {"name": cluster, **answering(plan, place)}
    return Section("".join(parts), json.dumps(data), [*_contents(plan, place)], remarks)


def page(sections: Sequence[Section]) -> str:
    """A page of them, in ASCII, so that it is the same in whatever encoding it is written."""
    style = read_page_file("page.css") + read_page_file("picture.css")
    script = read_page_file("match.js") + read_page_file("page.js")
    policy = f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; base-uri 'none'; form-action 'none'"
    data = f"[{','.join(x.data for x in sections)}]".replace("<", r"\u003c").replace(">", r"\u003e").replace("&", r"\u0026")
    parts = [
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>Ingress report</title><style>{style}</style></head><body>",
        '<a class="skip" href="#found">To the load balancers</a>',
        f"{_head(sections)}{read_page_file('request.html')}",
        f'<main id="found" tabindex="-1">{"".join(x.html for x in sections)}</main>',
        f"<footer>Made by eks-ingress {e(__version__)} from what will be applied; nothing here was read from AWS.</footer>",
        f'<script type="application/json" id="plans">{data}</script><script>{script}</script></body></html>\n',
    ]
    return "".join(parts).encode("ascii", "xmlcharrefreplace").decode("ascii")


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


# What there is


def _head(sections: Sequence[Section]) -> str:
    """Title, what is wrong in numbers, and the load balancers by name."""
    remarks = [remark for section in sections for remark in section.remarks]
    level = "error" if any(x.level == "error" for x in remarks) else "warning" if remarks else "fine"
    contents = [entry for section in sections for entry in section.contents]
    links = "".join(f'<li><a href="#{place}">{e(name)}</a> <small>{e(what)}</small></li>' for place, name, what in contents)
    listed = f'<nav aria-label="Load balancers"><ul class="contents">{links}</ul></nav>' if contents else "<p>No load balancer.</p>"
    state = counted(remarks, 0) if remarks else "no problems found"
    return f'<header><h1>Ingress report</h1><p class="state {level}">{e(state)}</p>{listed}</header>'


def _contents(plan: Plan, place: str) -> Iterator[tuple[str, str, str]]:
    for number, x in enumerate(plan.load_balancers):
        rules = sum(len(listener.rules) for listener in x.listeners)
        ports = ", ".join(f"{listener.protocol} {listener.port}" for listener in x.listeners)
        yield balancer_id(place, number), x.group, f"{x.scheme}; {ports}; {rules} rule{'' if rules == 1 else 's'}"
    for number, network in enumerate(plan.network_load_balancers):
        ports = ", ".join(f"{listener.protocol} {listener.port}" for listener in network.listeners)
        yield network_id(place, number), network.service, f"{network.scheme}; {ports}"
    if plan.bindings:
        yield f"{place}-bound", "Target groups that others made", str(len(plan.bindings))


def _title(place: str, name: str, kind: str, scheme: str, became: str | None) -> str:
    return (
        f'<article id="{place}" tabindex="-1"><header><h3>{e(name)}</h3> {mark(became)}<p class="kind">{kind} '
        f'<span class="scheme {"public" if scheme == "internet-facing" else "internal"}">{e(scheme)}</span></p></header>'
    )


# Application load balancers


def _application(balancer: LoadBalancer, place: str, remarks: Placed, allowed: Quotas) -> str:
    front = balancer.frontend_nlb
    parts = [
        _title(place, balancer.group, "Application load balancer", balancer.scheme, remarks.changed.get(place)),
        f'<p class="made">made of Ingress {", ".join(map(code, balancer.members))}</p>',
        remarks_list(remarks.by_place.get(place, ())),
        "" if front is None else _front(front, balancer),
        *(listener_part(listener, balancer, place, remarks) for listener in balancer.listeners),
        _target_groups(
            (
                text.service_of(group),
                group.target_type,
                group.port,
                group.protocol,
                group.health_check,
                text.target_group(group, balancer, health_check=False),
            )
            for group in balancer.target_groups
        ),
        _settings_and_limits(text.settings(balancer), balancer, allowed),
        "</article>",
    ]
    return "".join(parts)


def _front(nlb: FrontendNlb, balancer: LoadBalancer) -> str:
    ports = "".join(f"<li>{e(line)}</li>" for line in text.frontend_listeners(nlb))
    return (
        f'<section class="front"><h4>Network load balancer in front <small>{e(nlb.scheme)}</small></h4><ul>{ports}</ul>'
        f"{settings_list(text.frontend_settings(nlb, balancer))}</section>"
    )


def _settings_and_limits(rows: Iterable[tuple[str, str]], balancer: LoadBalancer | NetworkLoadBalancer, allowed: Quotas) -> str:
    settings = settings_list(rows)
    shown = f"<section><h4>Settings</h4>{settings}</section>" if settings else ""
    return f'<div class="besides">{shown}<section><h4>Limits</h4>{limits_list(usage(balancer, allowed))}</section></div>'


def _target_groups(rows: Iterable[tuple[str, str, object, str, HealthCheck | NetworkHealthCheck, Iterator[str]]]) -> str:
    found = "".join(_target_group(*row) for row in rows)
    return f'<section><h4>Target groups</h4><ul class="groups">{found}</ul></section>' if found else ""


def _target_group(
    service: str, target_type: str, port: object, protocol: str, check: HealthCheck | NetworkHealthCheck, told: Iterator[str]
) -> str:
    more = "; ".join(filter(None, told))
    besides = f"<p><small>{e(more)}</small></p>" if more else ""
    to = "" if is_unknown(port) else f" on port {port}"
    return (
        f"<li><div>{code(service)}<p><small>{e(target_type)} targets by {e(protocol)}{e(to)}</small></p></div>"
        f"<div><p><small>health check</small> {e(_health(check))}</p>{besides}</div></li>"
    )


def _health(check: HealthCheck | NetworkHealthCheck) -> str:
    path = f" {check.path}" if check.path else ""
    codes = f", expects {check.success_codes}" if check.success_codes else ""
    port = "" if check.port == "traffic-port" else f" on port {check.port}"
    return (
        f"{check.protocol}{path}{port}{codes}, every {check.interval} s, {check.timeout} s to answer, "
        f"healthy after {check.healthy_threshold}, unhealthy after {check.unhealthy_threshold}"
    )


# Network load balancers


def _network(balancer: NetworkLoadBalancer, place: str, remarks: Placed, allowed: Quotas) -> str:
    parts = [
        _title(place, balancer.service, "Network load balancer", balancer.scheme, remarks.changed.get(place)),
        f'<p class="made">made of Service {code(balancer.service)}</p>',
        remarks_list(remarks.by_place.get(place, ())),
        *map(_network_listener, balancer.listeners),
        _target_groups(
            (
                group.id,
                group.target_type,
                group.port,
                group.protocol,
                group.health_check,
                network_text.target_group(group, balancer, health_check=False),
            )
            for group in balancer.target_groups
        ),
        _settings_and_limits(network_text.settings(balancer), balancer, allowed),
        "</article>",
    ]
    return "".join(parts)


def _network_listener(listener: NetworkListener) -> str:
    targets = "".join(f'<p class="service">{code(x.service)}{_weight(x)}</p>' for x in listener.targets)
    stays = f"<p><small>{e(network_text.stays(listener).removeprefix(', '))}</small></p>" if network_text.stays(listener) else ""
    return (
        f'<section class="listener"><h4>{e(listener.protocol)} {listener.port}</h4>'
        f'{settings_list(network_text.listener_settings(listener))}<div class="then">{targets}{stays}</div></section>'
    )


def _weight(target: NetworkTarget) -> str:
    kind = "" if target.group is None else f" <small>{e(target.group.target_type)} targets</small>"
    return kind + ("" if target.weight is None else f' <small class="weight">weight {target.weight}</small>')


# Target groups of others


def _bindings(plan: Plan, place: str) -> str:
    if not plan.bindings:
        return ""
    rows = "".join(
        f"<li><div>{code(group)}</div><div><p>gets targets of Service {code(bound.service)}</p>"
        f"<p><small>{e('; '.join([bound.name, *filter(None, more)]))}</small></p></div></li>"
        for bound in plan.bindings
        for group, *more in (bound_text.told(bound),)
    )
    return (
        f'<article id="{place}-bound" tabindex="-1"><header><h3>Target groups that others made</h3></header>'
        f'<ul class="groups">{rows}</ul></article>'
    )
