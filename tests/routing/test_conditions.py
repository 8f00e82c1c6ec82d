from __future__ import annotations

import re
import sys
from collections.abc import Callable

import pytest

from eks_ingress.refusal import Refusals
from eks_ingress.routing.conditions import (
    Condition,
    HostHeader,
    HttpHeader,
    HttpMethod,
    PathPattern,
    QueryString,
    SourceIp,
    require_regex,
)
from tests.routing.refusals import reasons, refusals

TOKEN = "${Token[TOKEN.12]}"
LIST_TOKEN = "#{Token[TOKEN.13]}"


def test_one_text_is_held_as_a_tuple() -> None:
    assert HttpHeader("X-Tenant", "blue").values == ("blue",)
    assert HttpHeader("X-Tenant", regex="blue|green").regex == ("blue|green",)
    assert HttpMethod("GET").methods == ("GET",)
    assert SourceIp("10.0.0.0/8").cidrs == ("10.0.0.0/8",)
    assert HostHeader("shop.example.org").values == ("shop.example.org",)
    assert PathPattern("/img/*").values == ("/img/*",)


def test_several_texts_are_held_as_a_tuple_in_their_order() -> None:
    assert HttpHeader("X-Tenant", ["green", "blue"]) == HttpHeader("X-Tenant", ("green", "blue"))
    assert HttpMethod(["HEAD", "GET"]).methods == ("HEAD", "GET")
    assert SourceIp(["2001:db8::/32", "10.0.0.0/8"]).cidrs == ("2001:db8::/32", "10.0.0.0/8")


@pytest.mark.parametrize(
    ("query", "pairs"),
    [
        (QueryString({"version": "1"}), (("version", "1"),)),
        (QueryString({"version": ["2", "1"]}), (("version", "2"), ("version", "1"))),
        (QueryString({"version": "1", "beta": ["yes", "on"]}), (("version", "1"), ("beta", "yes"), ("beta", "on"))),
        (QueryString("beta"), ((None, "beta"),)),
        (QueryString(["beta", "alpha"]), ((None, "beta"), (None, "alpha"))),
        (QueryString([("version", "1"), "beta", (None, "alpha")]), (("version", "1"), (None, "beta"), (None, "alpha"))),
        (QueryString(QueryString({"version": "1"}).values), (("version", "1"),)),
    ],
)
def test_a_query_is_held_as_pairs_of_key_and_value(query: QueryString, pairs: tuple[tuple[str | None, str], ...]) -> None:
    assert query.values == query.pairs == pairs


def test_the_case_of_a_host_does_not_matter_and_that_of_a_token_is_kept() -> None:
    assert HostHeader(["Shop.Example.ORG", f"{TOKEN}.Example.org"]).values == ("shop.example.org", f"{TOKEN}.Example.org")


@pytest.mark.parametrize(
    ("condition", "evaluations", "wildcards"),
    [
        (HttpHeader("X-Tenant", "blue"), 1, 0),
        (HttpHeader("User-Agent", ["*Chrome*", "?afari"]), 2, 3),
        (HttpHeader("User-Agent", ["*Chrome*", f"*{TOKEN}"]), 2, 3),
        (HttpHeader("User-Agent", regex=[".*Chrome.*", "S?afari"]), 2, 0),
        (HttpMethod(["GET", "HEAD"]), 2, 0),
        (QueryString({"version": ["1", "2*"], "be?a": "*"}), 3, 3),
        (QueryString(["*?", r"\*\?", r"what\?*"]), 3, 3),
        (QueryString(TOKEN), 1, 0),
        (SourceIp(["10.0.0.0/8", "2001:db8::/32"]), 2, 0),
        (HostHeader(["*.example.org", "shop-??.example.net"]), 2, 3),
        (HostHeader(regex="^shop[.]example[.](org|net)$"), 1, 0),
        (PathPattern(["/img/*.png", "/v?/*", "/css"]), 3, 3),
        (PathPattern(regex=["^/v[0-9]+/.*$", "^/x*$"]), 2, 0),
    ],
)
def test_a_condition_tells_its_values_and_wildcards(condition: Condition, evaluations: int, wildcards: int) -> None:
    assert (condition.evaluations, condition.wildcards) == (evaluations, wildcards)


def test_conditions_that_say_the_same_are_equal_and_hash_alike() -> None:
    assert {HttpHeader("X-Tenant", "blue"), QueryString({"a": "1"}), HostHeader("a.example.org")} == {
        HttpHeader("X-Tenant", ["blue"]),
        QueryString([("a", "1")]),
        HostHeader(["A.example.org"]),
    }


@pytest.mark.parametrize(
    "make",
    [
        lambda: HttpHeader("a", "b"),
        lambda: HttpHeader("a" * 40, "b" * 128),
        lambda: HttpHeader("!#$%&'+-.^_`|~09AZ", "Mozilla/5.0 (X11; *) ~!"),
        lambda: HttpHeader("Hosts", "a"),
        lambda: HttpHeader("a", list("12345")),
        lambda: HttpHeader("a", regex=list("12345")),
        lambda: HttpHeader("a", regex="b" * 128),
        lambda: HttpMethod(["A" * 40, "CUSTOM-METHOD", "A_B", "GET", "-"]),
        lambda: QueryString({"a" * 128: "b" * 128}),
        lambda: QueryString({"a": list("12345")}),
        lambda: QueryString("*"),
        lambda: SourceIp(["0.0.0.0/0", "10.1.2.3/32", "::/0", "2001:db8::1/128", "192.0.2.0/24"]),
        lambda: HostHeader("a.b"),
        lambda: HostHeader("a" * 124 + ".com"),
        lambda: HostHeader(["*.com", "shop*.example.com", "*shop?.*.example.com", "10.0.0.?.com", "--.a"]),
        lambda: HostHeader(regex="b" * 128),
        lambda: PathPattern("/"),
        lambda: PathPattern("/" + "a" * 127),
        lambda: PathPattern(["/*", "/img/*.???", "/_-.$~\"'@:+&", "/a//b", "/A/b/"]),
        lambda: PathPattern(regex="b" * 128),
    ],
)
def test_what_is_at_the_edge_of_what_aws_takes_is_taken(make: Callable[[], Condition]) -> None:
    assert make().evaluations in range(1, 6)


@pytest.mark.parametrize(
    "make",
    [
        lambda: HttpHeader(TOKEN, "blue"),
        lambda: HttpHeader("X-Tenant", [TOKEN, f"ü{TOKEN}" + "a" * 128]),
        lambda: HttpHeader("X-Tenant", regex=f"(?=({TOKEN}"),
        lambda: HttpMethod(TOKEN),
        lambda: HttpMethod(f"get{TOKEN}"),
        lambda: QueryString({TOKEN: TOKEN}),
        lambda: QueryString(f"ü{TOKEN}" + "a" * 128),
        lambda: SourceIp([TOKEN, f"{TOKEN}/32"]),
        lambda: HostHeader([TOKEN, f"{TOKEN}.example.com:80", f"shop.{TOKEN}"]),
        lambda: HostHeader(regex=f"^{TOKEN}[$"),
        lambda: PathPattern([TOKEN, f"img/{TOKEN}#" + "a" * 128]),
        lambda: PathPattern(regex=f"^{TOKEN}[$"),
    ],
)
def test_a_token_passes_as_part_of_a_condition(make: Callable[[], Condition]) -> None:
    assert TOKEN in repr(make())


_EITHER = "needs values or regular expressions, and not both."


@pytest.mark.parametrize(
    ("make", "reason", "remedy"),
    [
        (
            lambda: HttpHeader("Host", "shop.example.com"),
            "HttpHeader name 'Host' is refused by AWS, which has a condition of its own for it.",
            "Write `HostHeader(…)`.",
        ),
        (
            lambda: HttpHeader("hOST", regex="shop"),
            "HttpHeader name 'hOST' is refused by AWS, which has a condition of its own for it.",
            "Write `HostHeader(…)`.",
        ),
        (
            lambda: HttpHeader("X-Tenant"),
            f"HttpHeader 'X-Tenant', [] {_EITHER}",
            "Write one of `values` and `regex`.",
        ),
        (
            lambda: HttpHeader("X-Tenant", "blue", regex="green"),
            f"HttpHeader 'X-Tenant', ['blue', 'green'] {_EITHER}",
            "Write one of `values` and `regex`.",
        ),
        (
            lambda: HttpHeader("X-Tenant", list("123456")),
            "HttpHeader 'X-Tenant', ['1', '2', '3', '4', '5', '6'] has 6 values, and AWS takes 1 to 5 in a rule.",
            "Write one to five, and a second route for more.",
        ),
        (
            lambda: HttpHeader("X-Tenant", regex=list("123456")),
            "regex of HttpHeader 'X-Tenant', ['1', '2', '3', '4', '5', '6'] has 6 values, and AWS takes 1 to 5 in a rule.",
            "Write one to five, and a second route for more.",
        ),
        (
            lambda: HttpHeader("X-Tenant", ""),
            "HttpHeader 'X-Tenant', [''] has an empty entry.",
            "Take it out.",
        ),
        (
            lambda: HttpHeader("X-Tenant", 1),  # type: ignore[arg-type]
            "HttpHeader 'X-Tenant', [1] holds something that is no text.",
            "Write a list of texts.",
        ),
        (
            lambda: HttpHeader("X-Tenant", {"blue", "green"} - {"green"}),  # type: ignore[arg-type]
            "HttpHeader 'X-Tenant', [{'blue'}] holds something that is no text.",
            "Write a list of texts.",
        ),
        (
            lambda: HttpHeader("X-Tenant", LIST_TOKEN),
            f"HttpHeader 'X-Tenant', ['{LIST_TOKEN}'] is a list that only CloudFormation knows.",
            "Join it to one text: `[Fn.join(',', values)]`.",
        ),
        (
            lambda: HttpHeader("X-Tenant", ["blue", "grün"]),
            "HttpHeader 'X-Tenant', 'grün' has a character other than visible ASCII, with which a load balancer never compares.",
            "Write '*' in its place.",
        ),
        (
            lambda: HttpHeader("X-Tenant", "blue\n"),
            "HttpHeader 'X-Tenant', 'blue\\n' has a character other than visible ASCII, with which a load balancer never compares.",
            "Write '*' in its place.",
        ),
        (
            lambda: HttpHeader("X-Tenant", "a" * 129),
            f"HttpHeader 'X-Tenant', '{'a' * 129}' has 129 characters.",
            "A load balancer takes at most 128.",
        ),
        (
            lambda: HttpMethod([]),
            "HttpMethod [] has 0 values, and AWS takes 1 to 5 in a rule.",
            "Write one to five, and a second route for more.",
        ),
        (
            lambda: HttpMethod("get"),
            "HttpMethod 'get' is not a method that a load balancer takes: 1 to 40 of the characters A to Z, '-' and '_'.",
            "Write 'GET'.",
        ),
        (
            lambda: HttpMethod("GET,HEAD"),
            "HttpMethod 'GET,HEAD' is not a method that a load balancer takes: 1 to 40 of the characters A to Z, '-' and '_'.",
            "Write each method by itself: ['GET', 'HEAD'].",
        ),
        (
            lambda: HttpMethod("A" * 41),
            f"HttpMethod '{'A' * 41}' is not a method that a load balancer takes: 1 to 40 of the characters A to Z, '-' and '_'.",
            "Write each method by itself: ['GET', 'HEAD'].",
        ),
        (
            lambda: QueryString({}),
            "QueryString [] has 0 values, and AWS takes 1 to 5 in a rule.",
            "Write one to five, and a second route for more.",
        ),
        (
            lambda: QueryString({"a": list("123"), "b": list("456")}),
            "QueryString [('a', '1'), ('a', '2'), ('a', '3'), ('b', '4'), ('b', '5'), ('b', '6')] has 6 values, "
            "and AWS takes 1 to 5 in a rule.",
            "Write one to five, and a second route for more.",
        ),
        (
            lambda: QueryString({"version": ""}),
            "QueryString value '' is empty, and the controller refuses it.",
            "Write '*' for any value.",
        ),
        (
            lambda: QueryString({"": "1"}),
            "QueryString key '' is empty.",
            "Write None, or the value alone, for any key.",
        ),
        (
            lambda: QueryString({"version": 1}),  # type: ignore[dict-item]
            "QueryString ['version', 1] holds something that is no text.",
            "Write a list of texts.",
        ),
        (
            lambda: QueryString({"a" * 129: "1"}),
            f"QueryString key '{'a' * 129}' has 129 characters.",
            "A load balancer takes at most 128.",
        ),
        (
            lambda: QueryString({"a": "1" * 129}),
            f"QueryString value '{'1' * 129}' has 129 characters.",
            "A load balancer takes at most 128.",
        ),
        (
            lambda: QueryString({"größe": "1"}),
            "QueryString key 'größe' has a character other than visible ASCII, with which a load balancer never compares.",
            "Write '*' in its place.",
        ),
        (
            lambda: SourceIp([]),
            "SourceIp [] has 0 values, and AWS takes 1 to 5 in a rule.",
            "Write one to five, and a second route for more.",
        ),
        (
            lambda: SourceIp("10.0.0.1"),
            "SourceIp '10.0.0.1' has no prefix length.",
            "Write '10.0.0.1/32'.",
        ),
        (
            lambda: SourceIp("10.0.0.1/8"),
            "SourceIp '10.0.0.1/8' has bits behind its prefix.",
            "Write '10.0.0.0/8'.",
        ),
        (
            lambda: SourceIp("10.*"),
            "SourceIp '10.*' is not an address range.",
            "Write one such as '10.0.0.0/8' or '2001:db8::/32'.",
        ),
        (
            HostHeader,
            f"HostHeader [] {_EITHER}",
            "Write one of `values` and `regex`.",
        ),
        (
            lambda: HostHeader("a" * 125 + ".com"),
            f"HostHeader '{'a' * 125}.com' has 129 characters.",
            "A load balancer takes at most 128.",
        ),
        (
            lambda: PathPattern("/img/*", regex="^/css/"),
            f"PathPattern ['/img/*', '^/css/'] {_EITHER}",
            "Write one of `values` and `regex`.",
        ),
        (
            lambda: PathPattern("img/*"),
            "PathPattern 'img/*' has no leading '/'.",
            "Write '/img/*'.",
        ),
        (
            lambda: PathPattern("/a=b"),
            "PathPattern '/a=b' holds a character that a load balancer refuses in a path.",
            "Use letters, digits and _ - . $ / ~ \" ' @ : + & * ? only; query strings are not part of a path.",
        ),
        (
            lambda: PathPattern("/" + "a" * 128),
            f"PathPattern '/{'a' * 128}' has 129 characters.",
            "A load balancer takes at most 128.",
        ),
    ],
)
def test_a_refused_condition_says_why_and_what_to_write(make: Callable[[], Condition], reason: str, remedy: str) -> None:
    assert refusals(make) == [(reason, remedy)]


@pytest.mark.parametrize("name", ["", "a" * 41, "X-*", "X-?", "X Tenant", "X:Tenant", "Größe", "X-Tenant\n", "(a)"])
def test_what_is_no_name_of_a_header_is_refused(name: str) -> None:
    assert refusals(lambda: HttpHeader(name, "a")) == [
        (
            f"HttpHeader name {name!r} is not the name of a header: 1 to 40 letters, digits and ! # $ % & ' + - . ^ _ ` | ~, "
            "without wildcards.",
            "Write a name such as 'X-Tenant'.",
        )
    ]


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "*",
        "10.0.0.1",
        "shop.example.*",
        "shop.example.co?",
        ".example.com",
        "shop..example.com",
        "example.com.",
        "shop_1.example.com",
        "shop.example.com:8080",
        "https://shop.example.com",
        "shop.example.com/cart",
        "größe.example.com",
        "shop.example.com\n",
    ],
)
def test_a_host_that_a_load_balancer_does_not_take_is_refused(host: str) -> None:
    assert refusals(lambda: HostHeader(host)) == [
        (
            f"HostHeader {host!r} is not a host that a load balancer takes: labels of letters, digits, '-', '*' and '?', "
            "joined by '.', the last of letters only.",
            "Write a full name such as 'shop.example.com' or '*.example.com', without scheme, port and path.",
        )
    ]


def test_a_condition_tells_all_its_mistakes_at_once() -> None:
    assert reasons(lambda: HttpHeader("X-*", ["ü", "a" * 129], regex="(")) == [
        "HttpHeader name 'X-*' is not the name of a header: 1 to 40 letters, digits and ! # $ % & ' + - . ^ _ ` | ~, "
        "without wildcards.",
        f"HttpHeader 'X-*', ['ü', '{'a' * 129}', '('] {_EITHER}",
        "HttpHeader 'X-*', 'ü' has a character other than visible ASCII, with which a load balancer never compares.",
        f"HttpHeader 'X-*', '{'a' * 129}' has 129 characters.",
        "regex of HttpHeader 'X-*', '(' cannot be read as a regular expression: missing ), unterminated subpattern at position 0.",
    ]


def checked(regex: str, longest: int = 128) -> tuple[int | None, list[tuple[str, str]]]:
    found = Refusals()
    groups = require_regex(found, "regex", regex, longest)
    return groups, [(problem.reason, problem.remedy) for problem in found.problems]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("regex", "groups"),
    [
        ("a", 0),
        ("^/api/?(.*)$", 1),
        ("^\\/api\\/(.+)$", 1),
        ("^(.+)\\.example\\.com", 1),
        (".+Chrome.+", 0),
        ("^/(a|(b))(?:c)$", 2),
        ("(?P<name>a)", 1),
        ("(?i:a)", 0),
        ("a*?b+?c??d{1,2}?", 0),
        (r"\++\?+\*+", 0),
        ("a{+", 0),
        ("a}+", 0),
        ("a{}+", 0),
        ("[(?=]+", 0),
        ("[?+*+]", 0),
        ("[]a(?!]b", 0),
        ("[^]a(?!]b", 0),
        (r"[\]](?:a)", 0),
        (r"\[(?:a)", 0),
        ("[[:alpha:](]+(a)", 1),
        ("[[:^digit:]]", 0),
        ("[a||b&&c]", 0),
        (r"\\1(a)", 1),
        (r"\\p", 0),
        (r"[\\p]", 0),
        (r"\101\0", 0),
        (r"\d\D\w\W\s\S\b\B", 0),
        ("a" * 128, 0),
    ],
)
def test_a_regular_expression_is_taken_and_its_groups_are_counted(regex: str, groups: int) -> None:
    assert checked(regex) == (groups, [])


@pytest.mark.parametrize("regex", [TOKEN, f"^{TOKEN}(", f"(?=a)\\1{TOKEN}" + "a" * 128, f"ü{TOKEN}"])
def test_a_regular_expression_with_a_token_passes_and_its_groups_are_unknown(regex: str) -> None:
    assert checked(regex) == (None, [])


@pytest.mark.parametrize(
    ("regex", "what"),
    [
        ("a(?=b)", "lookahead"),
        ("a(?!b)", "lookahead"),
        ("(?<=a)b", "lookbehind"),
        ("(?<!a)b", "lookbehind"),
        ("(?>a)b", "atomic group"),
        (r"(a)\1", "reference to a group"),
        (r"(a)\18", "reference to a group"),
        (r"(a)\10", "reference to a group"),
        ("(?P<n>a)(?P=n)", "reference to a group"),
        (r"(?<n>a)\k<n>", "reference to a group"),
        (r"(a)\g{1}", "reference to a group"),
        ("(a)?(?(1)b|c)", "reference to a group"),
        ("a*+", "possessive quantifier"),
        ("a++", "possessive quantifier"),
        ("a?+", "possessive quantifier"),
        ("a{2}+", "possessive quantifier"),
        ("a{2,}+", "possessive quantifier"),
        ("a{2,3}+", "possessive quantifier"),
        ("a{,3}+", "possessive quantifier"),
        ("a{,}+", "possessive quantifier"),
        ("[a]++", "possessive quantifier"),
        (r"\+++", "possessive quantifier"),
        ("(a(?R)?b)", "subroutine or recursion"),
        ("(a(?1)?b)", "subroutine or recursion"),
        ("(a)(?-1)", "subroutine or recursion"),
        ("(?+1)(a)", "subroutine or recursion"),
        ("(?0)", "subroutine or recursion"),
        ("(?<n>a)(?&n)", "subroutine or recursion"),
        ("(?P<n>a)(?P>n)", "subroutine or recursion"),
        (r"\p{L}", "character class of Unicode"),
        (r"\PL", "character class of Unicode"),
        (r"[a\p{L}]", "character class of Unicode"),
        (r"[^]\P{L}]", "character class of Unicode"),
        (r"(?=a)\p{L}(?!b)(c)\1", "character class of Unicode, reference to a group, lookahead"),
    ],
)
def test_what_aws_names_as_not_supported_in_regular_expressions_is_refused(regex: str, what: str) -> None:
    assert checked(regex) == (
        None,
        [
            (
                f"regex {regex!r} has what a load balancer does not support: {what}.",
                "Write it without; groups, sets, '|' and quantifiers are supported.",
            )
        ],
    )


@pytest.mark.parametrize(
    ("regex", "why"),
    [
        ("(a", "missing ), unterminated subpattern at position 0"),
        ("a)", "unbalanced parenthesis at position 1"),
        ("[a", "unterminated character set at position 0"),
        ("*.png", "nothing to repeat at position 0"),
        ("a**", "multiple repeat at position 2"),
        ("[z-a]", "bad character range z-a at position 1"),
        ("a{2,1}", "min repeat greater than max repeat at position 2"),
        (r"\z", r"bad escape \z at position 0"),
        ("\\", "bad escape (end of pattern) at position 0"),
        ("a{99999999999}", "the repetition number is too large"),
    ],
)
def test_what_is_no_regular_expression_is_refused_with_the_reason(regex: str, why: str) -> None:
    groups, (problem,) = checked(regex)
    assert groups is None
    assert problem == (f"regex {regex!r} cannot be read as a regular expression: {why}.", "Write one such as '^/v[0-9]+/'.")


@pytest.mark.parametrize(
    ("regex", "reason", "remedy"),
    [
        ("", "regex '' is empty.", "Write a regular expression such as '^/v[0-9]+/'."),
        (1, "regex 1 is not text.", "Write a regular expression such as '^/v[0-9]+/'."),
        (
            "^/größe$",
            "regex '^/größe$' has a character other than visible ASCII, with which a load balancer never compares.",
            "Write '.' in its place.",
        ),
        (
            "a\n",
            "regex 'a\\n' has a character other than visible ASCII, with which a load balancer never compares.",
            "Write '.' in its place.",
        ),
        ("a" * 129, f"regex '{'a' * 129}' has 129 characters.", "A load balancer takes at most 128."),
    ],
)
def test_an_expression_that_is_empty_too_long_or_of_other_characters_is_refused(regex: str, reason: str, remedy: str) -> None:
    assert checked(regex)[1] == [(reason, remedy)]


def test_an_expression_may_be_as_long_as_its_place_takes() -> None:
    assert checked("a" * 1024, 1024) == (0, [])
    assert checked("a" * 1025, 1024)[1] == [(f"regex '{'a' * 1025}' has 1025 characters.", "A load balancer takes at most 1,024.")]


def test_an_expression_that_nests_deeper_than_python_can_read_is_refused() -> None:
    depth = sys.getrecursionlimit()
    (problem,) = checked("(" * depth + ")" * depth, 2 * depth)[1]
    assert re.search("cannot be read as a regular expression: .*recursion", problem[0])
