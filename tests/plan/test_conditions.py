from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from eks_ingress.plan.model import Requirement, Respond, Rule
from tests.plan.objects import PREFIX, ingress, listener, path, plan, refused, rule, source

Documents = list[dict[str, Any]]
GET: dict[str, Any] = {"field": "http-request-method", "httpRequestMethodConfig": {"values": ["GET"]}}


def planned(conditions: Any, *, host: str | None = None, at: Mapping[str, Any] | None = None, **said: Any) -> Rule:
    """The rule of a path to the Service `web` with these conditions."""
    written = {"conditions.web": conditions, **{key.replace("_", "-"): text for key, text in said.items()}}
    (found,) = listener(ingress(rule(at or path("/a", "Exact"), host=host), said=written)).rules
    return found


def problem(conditions: Any, *, host: str | None = None, at: Mapping[str, Any] | None = None, **said: Any) -> tuple[str, str]:
    """Reason and remedy of the only problem, without the Ingress."""
    written = {"conditions.web": conditions, **{key.replace("_", "-"): text for key, text in said.items()}}
    ((reason, remedy, place),) = refused(ingress(rule(at or path("/a", "Exact"), host=host), said=written))
    assert place == source()
    return reason.removeprefix("Ingress shop/web: "), remedy


def header(name: str, *values: str) -> dict[str, Any]:
    return {"field": "http-header", "httpHeaderConfig": {"httpHeaderName": name, "values": values}}


def hosts(*values: str, regex: bool = False) -> dict[str, Any]:
    return {"field": "host-header", "hostHeaderConfig": {"regexValues" if regex else "values": values}}


def paths(*values: str, regex: bool = False) -> dict[str, Any]:
    return {"field": "path-pattern", "pathPatternConfig": {"regexValues" if regex else "values": values}}


def query(*values: dict[str, Any]) -> dict[str, Any]:
    return {"field": "query-string", "queryStringConfig": {"values": values}}


NOWHERE = path(None, None)


@pytest.mark.parametrize(
    ("conditions", "expected", "words"),
    [
        ([GET], [Requirement("method", ("GET",))], "method GET"),
        (
            [{"field": "http-request-method", "httpRequestMethodConfig": {"values": ["GET", "HEAD"]}}],
            [Requirement("method", ("GET", "HEAD"))],
            "method GET or HEAD",
        ),
        ([header("X-Team", "red", "b*")], [Requirement("header X-Team", ("red", "b*"))], "header X-Team red or b*"),
        (
            [{"field": "http-header", "httpHeaderConfig": {"httpHeaderName": "X-Team", "regexValues": ["^r"]}}],
            [Requirement("header X-Team", ("^r",), regex=True)],
            "header X-Team ^r",
        ),
        (
            [query({"key": "version", "value": "1"}, {"value": "beta"}, {"key": "", "value": "x"})],
            [Requirement("query", ("1", "beta", "x"), keys=("version", None, ""))],
            "query version=1 or beta or x",
        ),
        (
            [{"field": "source-ip", "sourceIPConfig": {"values": ["10.0.0.0/8", "2001:db8::/32"]}}],
            [Requirement("source", ("10.0.0.0/8", "2001:db8::/32"))],
            "source 10.0.0.0/8 or 2001:db8::/32",
        ),
        (
            [header("A", "1"), GET, header("A", "2")],
            [Requirement("header A", ("1",)), Requirement("method", ("GET",)), Requirement("header A", ("2",))],
            "header A 1, method GET, header A 2",
        ),
    ],
)
def test_a_condition_is_what_a_request_must_have_besides(conditions: Documents, expected: list[Requirement], words: str) -> None:
    found = planned(conditions)
    assert (found.hosts, found.paths, found.requirements) == ((), ("/a",), tuple(expected))
    assert ", ".join(map(str, found.requirements)) == words


@pytest.mark.parametrize(
    ("conditions", "host", "at", "expected"),
    [
        ([hosts("b.example.com", "*.c.org")], "a.example.com", None, (("a.example.com", "b.example.com", "*.c.org"), ("/a",))),
        ([hosts("b.example.com")], None, None, (("b.example.com",), ("/a",))),
        ([hosts("b.example.com"), hosts("c.example.com")], None, None, (("b.example.com", "c.example.com"), ("/a",))),
        ([hosts("b.example.com")], None, NOWHERE, (("b.example.com",), ())),
        ([paths("/b", "/c*")], None, None, ((), ("/a", "/b", "/c*"))),
        ([paths("/b"), paths("/c")], None, path("/a"), ((), ("/a", "/a/*", "/b", "/c"))),
        ([paths("/b")], "a.example.com", NOWHERE, (("a.example.com",), ("/b",))),
    ],
)
def test_further_hosts_and_paths_join_those_of_the_ingress(
    conditions: Documents, host: str | None, at: Mapping[str, Any] | None, expected: tuple[Any, Any]
) -> None:
    found = planned(conditions, host=host, at=at)
    assert (found.hosts, found.paths) == expected
    assert (found.host_regexes, found.path_regexes, found.requirements) == ((), (), ())


@pytest.mark.parametrize(
    ("conditions", "host", "at", "expected"),
    [
        ([hosts("^a", "^b", regex=True)], None, None, ((), ("^a", "^b"), ("/a",), ())),
        ([hosts("^a", regex=True), hosts("^b", regex=True)], None, NOWHERE, ((), ("^a", "^b"), (), ())),
        ([paths("^/v[0-9]$", regex=True)], None, NOWHERE, ((), (), (), ("^/v[0-9]$",))),
        (
            [paths("^/v", regex=True), paths("^/w", regex=True)],
            "a.example.com",
            NOWHERE,
            (("a.example.com",), (), (), ("^/v", "^/w")),
        ),
        ([hosts("^a", regex=True), paths("^/v", regex=True)], None, NOWHERE, ((), ("^a",), (), ("^/v",))),
    ],
)
def test_hosts_and_paths_may_be_expressions(
    conditions: Documents, host: str | None, at: Mapping[str, Any] | None, expected: tuple[Any, ...]
) -> None:
    found = planned(conditions, host=host, at=at)
    assert (found.hosts, found.host_regexes, found.paths, found.path_regexes) == expected


ONE_KIND = "Write one kind only."


@pytest.mark.parametrize(
    ("conditions", "host", "at", "reason"),
    [
        (
            [hosts("^b", regex=True)],
            "a.example.com",
            None,
            "a rule compares its host with the patterns ['a.example.com'] and the expressions ['^b'].",
        ),
        (
            [hosts("^b", regex=True), hosts("c.example.com")],
            None,
            None,
            "a rule compares its host with the patterns ['c.example.com'] and the expressions ['^b'].",
        ),
        ([paths("^/b", regex=True)], None, None, "a rule compares its path with the patterns ['/a'] and the expressions ['^/b']."),
        (
            [paths("^/b", regex=True), paths("/c")],
            None,
            NOWHERE,
            "a rule compares its path with the patterns ['/c'] and the expressions ['^/b'].",
        ),
        (
            [paths("^/b", regex=True)],
            None,
            path("/"),
            "a rule compares its path with the patterns ['/*'] and the expressions ['^/b'].",
        ),
    ],
)
def test_patterns_and_expressions_in_one_condition_are_refused(
    conditions: Documents, host: str | None, at: Mapping[str, Any] | None, reason: str
) -> None:
    assert problem(conditions, host=host, at=at) == (reason, ONE_KIND)


CORRECT = "Correct it; the controller's documentation has examples under 'Conditions'."


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"field": "http-header"}, "has no httpHeaderConfig"),
        ({"field": "http-request-method"}, "has no httpRequestMethodConfig"),
        ({"field": "query-string"}, "has no queryStringConfig"),
        ({"field": "source-ip"}, "has no sourceIPConfig"),
        ({"field": "host-header"}, "has no hostHeaderConfig"),
        ({"field": "path-pattern"}, "has no pathPatternConfig"),
        ({"field": "path-pattern", "hostHeaderConfig": {"values": ["/a"]}}, "has no pathPatternConfig"),
        (hosts(), "has neither values nor regexValues in hostHeaderConfig"),
        (paths(), "has neither values nor regexValues in pathPatternConfig"),
        (header("X-Team"), "has neither values nor regexValues in httpHeaderConfig"),
        (query(), "has neither values nor regexValues in queryStringConfig"),
        (
            {"field": "http-request-method", "httpRequestMethodConfig": {}},
            "has neither values nor regexValues in httpRequestMethodConfig",
        ),
        ({"field": "source-ip", "sourceIPConfig": {"values": []}}, "has neither values nor regexValues in sourceIPConfig"),
        (
            {"field": "host-header", "hostHeaderConfig": {"values": ["a.org"], "regexValues": ["^a"]}},
            "has both values and regexValues in hostHeaderConfig",
        ),
        (query({"key": "a"}), "has an empty value in queryStringConfig"),
        (query({"value": "x"}, {"key": "a", "value": ""}), "has an empty value in queryStringConfig"),
    ],
)
def test_a_condition_that_the_controller_refuses_is_refused(condition: dict[str, Any], words: str) -> None:
    assert problem([GET, condition]) == (f"annotation {PREFIX}conditions.web {words}.", CORRECT)


@pytest.mark.parametrize(
    ("condition", "event"),
    [
        ({"field": "source-ip"}, "missing sourceIPConfig"),
        (hosts(), "invalid hostHeaderConfig: "),
        (query({"key": "a"}), "invalid queryStringConfig: value cannot be empty"),
        ({"field": "source-ip", "sourceIPConfig": {"values": []}}, "invalid sourceIPConfig:"),
        (
            {"field": "http-header", "httpHeaderConfig": {"values": ["a"], "regexValues": ["^a"]}},
            "invalid httpHeaderConfig: precisely one of",
        ),
    ],
)
def test_a_refused_condition_has_the_words_of_the_controller(condition: dict[str, Any], event: str) -> None:
    (found,) = plan([ingress("/", said={"conditions.web": [condition]})]).problems
    assert (found.id, found.event) == ("EKI106", event)


@pytest.mark.parametrize("text", ["", "{}", "[1]", '[{"field": 1}]', '[{"field": "source-ip", "sourceIPConfig": {"values": "a"}}]'])
def test_conditions_that_cannot_be_read_are_refused(text: str) -> None:
    reason, remedy = problem(text)
    assert reason.startswith(f"annotation alb.ingress.kubernetes.io/conditions.web is {text!r}, and ")
    assert remedy == "Correct the value."


@pytest.mark.parametrize("unknown", [{"field": "cookie", "cookieConfig": {"values": ["a"]}}, {"field": "HTTP-header"}, {}])
def test_a_condition_of_an_unknown_field_is_dropped(unknown: dict[str, Any]) -> None:
    assert planned([unknown, GET]).requirements == (Requirement("method", ("GET",)),)
    assert planned([unknown]).requirements == ()


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [([], ("/*",)), ([{"field": "cookie"}], ("/*",)), ([GET], ()), ([hosts("a.org")], ()), ([hosts("^a", regex=True)], ())],
)
def test_a_rule_that_compares_nothing_takes_every_path(conditions: Documents, expected: tuple[str, ...]) -> None:
    assert planned(conditions, at=NOWHERE).paths == expected


def test_conditions_hold_for_each_path_with_the_backend_of_that_name() -> None:
    made = ingress(
        rule(path("/a", to="web:80"), path("/b", to="web:http"), path("/c", to="other:80"), path("/d", to="gone:action")),
        said={
            "conditions.web": [GET],
            "conditions.gone": [header("X-Team", "red")],
            "actions.gone": {"type": "fixed-response", "fixedResponseConfig": {"statusCode": "410"}},
        },
    )
    assert [(x.paths[0], [str(y) for y in x.requirements]) for x in listener(made).rules] == [
        ("/a", ["method GET"]),
        ("/b", ["method GET"]),
        ("/c", []),
        ("/d", ["header X-Team red"]),
    ]


def test_conditions_of_a_backend_that_no_path_has_are_not_read() -> None:
    assert listener(ingress("/", said={"conditions.other": "no JSON", "transforms.other": "no JSON"})).dropped == ()


def test_the_default_backend_has_no_conditions() -> None:
    found = listener(ingress(default="web:80", said={"conditions.web": [GET]}))
    assert (found.rules, str(found.default_action)) == ((), "Service shop/web:80")


# Paths as expressions


@pytest.mark.parametrize(("text", "regex"), [("/^/v[0-9]+$", "^/v[0-9]+$"), ("/a|b", "a|b"), ("/*", "*"), ("/", "")])
def test_with_regex_path_match_a_path_is_an_expression_behind_its_first_slash(text: str, regex: str) -> None:
    for kind in ("ImplementationSpecific", None):
        found = planned([], at=path(text, kind), use_regex_path_match="true")
        assert (found.paths, found.path_regexes) == ((), (regex,))


@pytest.mark.parametrize(("kind", "expected"), [("Exact", ("/a",)), ("Prefix", ("/a", "/a/*"))])
def test_with_regex_path_match_other_paths_stay_what_they_are(kind: str, expected: tuple[str, ...]) -> None:
    found = planned([], at=path("/a", kind), use_regex_path_match="true")
    assert (found.paths, found.path_regexes) == (expected, ())


@pytest.mark.parametrize("said", [{}, {"use_regex_path_match": "false"}])
def test_without_regex_path_match_a_path_is_a_pattern(said: dict[str, str]) -> None:
    found = planned([], at=path("/a.*", None), **said)
    assert (found.paths, found.path_regexes) == (("/a.*",), ())


def test_an_empty_path_is_no_expression() -> None:
    assert planned([], at=NOWHERE, use_regex_path_match="true").paths == ("/*",)


def test_expressions_of_a_path_and_of_its_conditions_go_together() -> None:
    found = planned([paths("^/b$", regex=True)], at=path("/^/a$", None), use_regex_path_match="true")
    assert (found.paths, found.path_regexes) == ((), ("^/a$", "^/b$"))


def test_an_expression_of_a_path_and_further_patterns_are_refused() -> None:
    assert problem([paths("/b")], at=path("/^/a$", None), use_regex_path_match="true") == (
        "a rule compares its path with the patterns ['/b'] and the expressions ['^/a$'].",
        ONE_KIND,
    )


# Transforms


def rewrites(kind: str, *pairs: tuple[str, str]) -> dict[str, Any]:
    config = "urlRewriteConfig" if kind == "url-rewrite" else "hostHeaderRewriteConfig"
    return {"type": kind, config: {"rewrites": [{"regex": regex, "replace": replace} for regex, replace in pairs]}}


def changed(transforms: Any) -> tuple[str, ...]:
    """What is changed in the requests of a path to the Service `web`."""
    (found,) = listener(ingress("/", said={"transforms.web": transforms})).rules
    return tuple(map(str, found.transforms))


@pytest.mark.parametrize(
    ("transforms", "expected"),
    [
        ([], ()),
        ([rewrites("url-rewrite", ("^/a/(.*)$", "/$1"))], ("path ^/a/(.*)$ becomes /$1",)),
        ([rewrites("host-header-rewrite", ("^a", "b"))], ("host ^a becomes b",)),
        (
            [rewrites("host-header-rewrite", ("^a", "b")), rewrites("url-rewrite", ("^/a", "/b"), ("c$", "d"))],
            ("host ^a becomes b", "path ^/a becomes /b, path c$ becomes d"),
        ),
    ],
)
def test_a_transform_changes_what_a_target_gets(transforms: Documents, expected: tuple[str, ...]) -> None:
    assert changed(transforms) == expected


@pytest.mark.parametrize(
    ("transform", "words"),
    [
        ({"type": "path-rewrite"}, "has the type 'path-rewrite': write host-header-rewrite or url-rewrite"),
        ({}, "has the type '': write host-header-rewrite or url-rewrite"),
        ({"type": "url-rewrite"}, "has no rewrites in urlRewriteConfig"),
        ({"type": "url-rewrite", "urlRewriteConfig": {"rewrites": []}}, "has no rewrites in urlRewriteConfig"),
        (
            {"type": "url-rewrite", "hostHeaderRewriteConfig": {"rewrites": [{"regex": "a", "replace": "b"}]}},
            "has no rewrites in urlRewriteConfig",
        ),
        ({"type": "host-header-rewrite"}, "has no rewrites in hostHeaderRewriteConfig"),
        ({"type": "host-header-rewrite", "hostHeaderRewriteConfig": {}}, "has no rewrites in hostHeaderRewriteConfig"),
    ],
)
def test_a_transform_that_the_controller_refuses_is_refused(transform: dict[str, Any], words: str) -> None:
    assert refused(ingress("/", said={"transforms.web": [transform]})) == [
        (
            f"Ingress shop/web: annotation {PREFIX}transforms.web {words}.",
            "Correct it; the controller's documentation has examples under 'Transforms'.",
            source(),
        )
    ]


def test_transforms_that_cannot_be_read_are_refused() -> None:
    ((reason, _, _),) = refused(ingress("/", said={"transforms.web": "{}"}))
    assert reason.startswith("Ingress shop/web: annotation alb.ingress.kubernetes.io/transforms.web is '{}', and ")


# Where they count


def test_conditions_of_a_default_backend_are_read_too() -> None:
    ((reason, _, _),) = refused(ingress(default="rest:80", said={"conditions.rest": [{"field": "source-ip"}]}))
    assert "has no sourceIPConfig" in reason


def test_conditions_are_part_of_what_tells_rules_apart() -> None:
    made = ingress(rule(path("/a", to="x:action")), rule(path("/a", to="web:80")), said={"conditions.x": [GET]})
    first, second = listener(made).rules
    assert (first.requirements, first.action) == (
        (Requirement("method", ("GET",)),),
        Respond("503", "text/plain", "Backend action does not exist"),
    )
    assert second.requirements == ()
