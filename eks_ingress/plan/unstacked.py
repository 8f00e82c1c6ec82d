"""A rule and an action as the plan has them, out of the controller's own format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from eks_ingress.plan.model import Action, Auth, Forward, RedirectTo, Requirement, Respond, Rule, Stickiness, Target, Transform
from eks_ingress.plan.stack_parts import BINDING, TARGET_GROUP
from eks_ingress.source import Source

_WHAT = {"http-request-method": "method", "source-ip": "source"}
_OF_REDIRECT = {
    "host": "host",
    "path": "path",
    "port": "port",
    "protocol": "protocol",
    "query": "query",
    "statusCode": "status_code",
}
_OF_RESPONSE = {"statusCode": "status_code", "contentType": "content_type", "messageBody": "body"}


def services_of(stack: Mapping[str, Any]) -> dict[str, str]:
    """The Service behind each target group of a stack, as `namespace/name:port`, by what the controller calls the target group."""
    found: dict[str, str] = {}
    for group, binding in stack["resources"].get(BINDING, {}).items():
        template = binding["spec"]["template"]
        service = template["spec"]["serviceRef"]
        found[group] = f"{template['metadata']['namespace']}/{service['name']}:{service['port']}"
    return found


def rule_of(spec: Mapping[str, Any], services: Mapping[str, str]) -> Rule:
    """A rule, but for where it was written; its targets are named as `services` has them."""
    hosts, host_regexes = _values(spec, "host-header", "hostHeaderConfig")
    paths, path_regexes = _values(spec, "path-pattern", "pathPatternConfig")
    others = [x for x in spec.get("conditions", ()) if x["field"] not in ("host-header", "path-pattern")]
    auth, action = actions_of(spec["actions"], services)
    return Rule(
        hosts,
        paths,
        action,
        Source(),
        spec["priority"],
        host_regexes,
        path_regexes,
        tuple(map(_requirement, others)),
        tuple(map(_transform, spec.get("transforms", ()))),
        auth,
        tuple(spec.get("tags", {}).items()),
    )


def _values(spec: Mapping[str, Any], field: str, config: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    said = [condition[config] for condition in spec.get("conditions", ()) if condition["field"] == field]
    return tuple(x for one in said for x in one.get("values", ())), tuple(x for one in said for x in one.get("regexValues", ()))


def _requirement(condition: Mapping[str, Any]) -> Requirement:
    (config,) = (value for key, value in condition.items() if key != "field")
    if condition["field"] == "query-string":
        pairs = config["values"]
        return Requirement("query", tuple(x["value"] for x in pairs), keys=tuple(x.get("key") for x in pairs))
    name = f"header {config['httpHeaderName']}" if condition["field"] == "http-header" else _WHAT[condition["field"]]
    regex = "regexValues" in config
    return Requirement(name, tuple(config["regexValues" if regex else "values"]), regex)


def _transform(spec: Mapping[str, Any]) -> Transform:
    config = spec["urlRewriteConfig" if spec["type"] == "url-rewrite" else "hostHeaderRewriteConfig"]
    return Transform(spec["type"], tuple((x["regex"], x["replace"]) for x in config["rewrites"]))


def actions_of(actions: Sequence[Mapping[str, Any]], services: Mapping[str, str]) -> tuple[Auth | None, Action]:
    """What clients must show first, and what becomes of requests then."""
    *first, last = actions
    auth = Auth(first[0]["type"].removeprefix("authenticate-").removesuffix("-validation"), first[0]) if first else None
    return auth, _action(last, services)


def _action(spec: Mapping[str, Any], services: Mapping[str, str]) -> Action:
    if spec["type"] == "redirect":
        return RedirectTo(**{_OF_REDIRECT[key]: value for key, value in spec["redirectConfig"].items()})
    if spec["type"] == "fixed-response":
        return Respond(**{_OF_RESPONSE[key]: value for key, value in spec["fixedResponseConfig"].items()})
    config = spec["forwardConfig"]
    targets = tuple(Target(_service(x["targetGroupARN"], services), x.get("weight")) for x in config["targetGroups"] or ())
    sticky = config.get("targetGroupStickinessConfig")
    return Forward(targets, None if sticky is None else Stickiness(sticky.get("enabled"), sticky.get("durationSeconds")))


def _service(arn: Any, services: Mapping[str, str]) -> str:
    if not isinstance(arn, Mapping):
        return str(arn)
    group = arn["$ref"].removeprefix(f"#/resources/{TARGET_GROUP}/").removesuffix("/status/targetGroupARN")
    return services.get(group, group)
