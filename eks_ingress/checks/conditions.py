"""What a rule compares."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from ipaddress import ip_network
from typing import TypeVar

from eks_ingress.annotations import catalogue as c
from eks_ingress.checks.check import ERROR, Check, Finding
from eks_ingress.checks.reading import backends_of, did_you_mean, members, rules
from eks_ingress.plan.conditions import CONFIGS
from eks_ingress.plan.model import Plan, Requirement, Rule
from eks_ingress.plan.unknown import is_unknown
from eks_ingress.refusal import Refusals


class UnknownField(Check):
    """A condition of a kind that there is not."""

    id = "EKI111"
    title = "A condition has an unknown field"
    why = "The controller passes over such a condition without a word, so that the rule takes more requests than it should."
    remedy = f"Write one of {', '.join(CONFIGS)}."
    source = "controller source, rule conditions"
    example = (
        """conditions.api: '[{"field": "http-headers", "httpHeaderConfig": {"httpHeaderName": "X-Team", "values": ["red"]}}]'"""
    )
    mistakes = (6,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        for member in members(plan):
            for _, key, conditions in backends_of(member).documents(c.CONDITIONS):
                for field in dict.fromkeys(condition.get("field") or "" for condition in conditions):
                    if field not in CONFIGS and not is_unknown(field):
                        message = f"a condition of {key} has the field {field!r}, which the controller does not know."
                        yield self.in_ingress(member, message, did_you_mean(field, CONFIGS), key=key)


_T = TypeVar("_T")

_LONGEST = 128
"""How many characters AWS takes in what a part of a request is compared with."""

_REGEX_ALONE = frozenset("()[]^|\\")
"""Characters of regular expressions that AWS refuses in a pattern."""
_SUSPECT = re.compile(r"[()\[\]^|\\]|/\.\*|\.\+|\$(?:/\*)?$")
"""These, and what means something in a regular expression and hardly anything in a pattern."""


_PLAIN = re.compile(f"[A-Za-z0-9/_*-]{{0,{_LONGEST}}}").fullmatch


def _are_plain(paths: Sequence[str]) -> bool:
    """Whether nothing is to be said of some paths, as of most."""
    return _PLAIN("".join(paths)) is not None


class RegexAsPattern(Check):
    """A path that reads like a regular expression, as other controllers take it, and is compared as a pattern."""

    id = "EKI114"
    is_mixed = True
    title = "A regular expression is compared as a pattern"
    why = "In a path, and in `values`, only * and ? have a meaning; everything else stands for itself."
    remedy = (
        "Write the path type ImplementationSpecific, '/' and then the expression, and the annotation use-regex-path-match: 'true'; "
        "in a condition write regexValues."
    )
    source = "Elastic Load Balancing documentation, Path conditions; controller documentation, use-regex-path-match"
    example = "path: /api/(.*)"
    mistakes = (10,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        for _, rule in rules(plan):
            if not _are_plain(rule.paths):
                for path in rule.paths:
                    found = _as_regex(path)
                    if found is not None:
                        message, refused = found
                        yield self.in_rule(rule, message, severity=ERROR if refused else None)
                        break  # the pattern for what is below a prefix says the same


def _as_regex(path: str) -> tuple[str, bool] | None:
    """What is to be said of a pattern that reads like a regular expression, and whether AWS refuses it."""
    if is_unknown(path) or not _SUSPECT.search(path):
        return None
    if refused := [letter for letter in dict.fromkeys(path) if letter in _REGEX_ALONE]:
        return f"{path!r} is compared as a pattern, in which AWS refuses {' '.join(refused)}.", True
    return f"{path!r} is compared as a pattern, as it stands.", False


class RefusedComparison(Check):
    """A condition that AWS does not take."""

    id = "EKI117"
    severity = ERROR
    title = "A condition has what AWS refuses"
    why = "The controller passes conditions on as they are, and AWS refuses the rule: this and all later ones are not made."
    remedy = "Write what Elastic Load Balancing takes."
    source = "Elastic Load Balancing API, RuleCondition"
    example = "host: localhost"
    mistakes = (12,)

    def find(self, plan: Plan) -> Iterator[Finding]:
        well: set[object] = set()
        for _, rule in rules(plan):
            faults: list[str] = []
            for host in rule.hosts:
                if host not in well:
                    _judge(host, _faults_of_host, well, faults)
            if not _are_plain(rule.paths):
                found = [_faults_of_path(path) for path in rule.paths]
                # Of a prefix there are two patterns, and what is wrong with the first is wrong with the second.
                is_prefix = rule.paths[1:2] == (f"{rule.paths[0]}/*",)
                faults += [fault for n, of_path in enumerate(found) if not (n == 1 and is_prefix and found[0]) for fault in of_path]
            if rule.host_regexes or rule.path_regexes or rule.requirements:
                # An empty path is told elsewhere.
                faults += [fault for x in (*rule.host_regexes, *filter(None, rule.path_regexes)) for fault in faults_of_regex(x)]
                for requirement in rule.requirements:
                    if requirement not in well:
                        _judge(requirement, _faults_of_requirement, well, faults)
                if len(rule.requirements) > 1:
                    faults += _given_twice(rule)
            for fault in faults:
                yield self.in_rule(rule, fault)


def _judge(value: _T, faults_of: Callable[[_T], list[str]], well: set[object], faults: list[str]) -> None:
    """Notes what is wrong with a value, or that it is well."""
    found = faults_of(value)
    faults += found
    if not found:
        well.add(value)


_HOST = re.compile(r"[A-Za-z0-9*?.-]+")
_LAST_LABEL = re.compile("[A-Za-z]+")


_WELL_HOST = re.compile(r"[A-Za-z0-9*?.-]*\.[A-Za-z]+").fullmatch


def _faults_of_host(host: str) -> list[str]:
    if is_unknown(host) or (len(host) <= _LONGEST and _WELL_HOST(host)):
        return []
    faults = _too_long("host", host)
    if _HOST.fullmatch(host) is None:
        faults.append(f"host {host!r} has other characters than letters, digits, '-', '.', '*' and '?'.")
    elif "." not in host:
        faults.append(f"host {host!r} has no '.'.")
    elif _LAST_LABEL.fullmatch(host.rpartition(".")[2]) is None:
        faults.append(f"host {host!r} has something else than letters behind its last '.'.")
    return faults


def _faults_of_path(path: str) -> list[str]:
    if is_unknown(path):
        return []
    if len(path) > _LONGEST:
        return _too_long("path", path)
    from eks_ingress.routing.match import PATH  # noqa: PLC0415 - most are plain

    refused = [letter for letter in dict.fromkeys(path) if PATH.fullmatch(letter) is None]
    if not refused or _as_regex(path) is not None:
        return []
    return [f"path {path!r} has characters that AWS refuses: {' '.join(refused)}."]


def faults_of_regex(regex: str, longest: int = _LONGEST) -> list[str]:
    """What AWS refuses of a regular expression."""
    if is_unknown(regex):
        return []
    from eks_ingress.routing.conditions import require_regex  # noqa: PLC0415 - most compare patterns

    refusals = Refusals()
    require_regex(refusals, "expression", regex, longest)
    return [problem.reason for problem in refusals.problems]


_HEADER = re.compile(r"[!#$%&'+.^_`|~0-9A-Za-z-]{1,40}")
_METHOD = re.compile("[A-Z_-]{1,40}")


def _faults_of_requirement(requirement: Requirement) -> list[str]:
    values = [value for value in requirement.values if not is_unknown(value)]
    if requirement.regex:
        return [*_faults_of_header(requirement), *(fault for value in values for fault in faults_of_regex(value))]
    match requirement.what:
        case "method":
            return [
                f"method {value!r} is not of 1 to 40 of the characters A to Z, '-' and '_'."
                for value in values
                if _METHOD.fullmatch(value) is None
            ]
        case "source":
            return [f"source {value!r} is no block of addresses such as 10.0.0.0/8." for value in values if not _is_block(value)]
        case "query":
            texts = [text for pair in requirement.pairs for text in pair if text is not None and not is_unknown(text)]
            return [fault for text in texts for fault in _too_long("query", text)]
        case _:
            return [*_faults_of_header(requirement), *(fault for value in values for fault in _too_long("header", value))]


def _faults_of_header(requirement: Requirement) -> list[str]:
    name = requirement.what.removeprefix("header").strip()
    if is_unknown(name):
        return []
    if name.lower() == "host":
        return ["the header Host cannot be compared as a header: write the field host-header."]
    if _HEADER.fullmatch(name) is None:
        return [f"header name {name!r} is not of 1 to 40 letters, digits and ! # $ % & ' + - . ^ _ ` | ~."]
    return []


def _too_long(what: str, text: str) -> list[str]:
    return [f"{what} {text!r} has {len(text)} characters, and AWS takes {_LONGEST}."] if len(text) > _LONGEST else []


def _is_block(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return "/" in text


def _given_twice(rule: Rule) -> list[str]:
    kinds = [requirement.what for requirement in rule.requirements]
    return [
        f"a rule has one condition on the {kind}, and {kinds.count(kind)} are written."
        for kind in ("method", "source")
        if kinds.count(kind) > 1
    ]


class EmptyRegex(Check):
    """The path `/` where paths are regular expressions."""

    id = "EKI121"
    severity = ERROR
    title = "The regular expression of a path is empty"
    why = "With use-regex-path-match the controller takes the leading '/' off a path, and AWS refuses an expression that is empty."
    remedy = "Write '/^/' for all paths, or the path type Prefix."
    source = "controller documentation, use-regex-path-match"
    example = "use-regex-path-match: 'true'   # and path: /, pathType: ImplementationSpecific"

    def find(self, plan: Plan) -> Iterator[Finding]:
        for _, rule in rules(plan):
            if rule.path_regexes and "" in rule.path_regexes:
                yield self.in_rule(rule, "the path '/' becomes an empty expression.")


class NoPath(Check):
    """A pattern with which no path begins."""

    id = "EKI122"
    title = "A pattern matches no path"
    why = "A path begins with '/', and a pattern is compared with all of it."
    remedy = "Begin it with '/', or with '*'."
    source = "Elastic Load Balancing documentation, Path conditions"
    example = """conditions.web: '[{"field": "path-pattern", "pathPatternConfig": {"values": ["api/*"]}}]'"""

    def find(self, plan: Plan) -> Iterator[Finding]:
        # The paths of an Ingress itself begin with '/', or Kubernetes refuses them.
        for member in members(plan):
            for _, key, conditions in backends_of(member).documents(c.CONDITIONS):
                values = [value for x in conditions for value in (x.get("pathPatternConfig") or {}).get("values") or ()]
                for value in values:
                    if not value.startswith(("/", "*", "?")) and not is_unknown(value):
                        yield self.in_ingress(member, f"{key} has the pattern {value!r}.", key=key)
