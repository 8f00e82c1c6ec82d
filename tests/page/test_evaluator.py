"""The page answers each request as `match` does, with the same words where it cannot."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from eks_ingress.plan.model import Auth, Forward, Listener, LoadBalancer, Plan, RedirectTo, Requirement, Respond, Rule, Target
from eks_ingress.refusal import Problem
from eks_ingress.report.page_data import answering
from eks_ingress.source import Source
from tests.conformance.cases import load
from tests.conformance.planned import planned
from tests.conformance.recorded import asked as as_asked
from tests.page.evaluator import Asked, of_match, of_page, requests_for

TOKEN = "${Token[TOKEN.12]}"


def same(asked: Sequence[Asked]) -> None:
    """Holds both against each other."""
    for (_, requests), page, match in zip(asked, of_page(asked), of_match(asked), strict=True):
        for request, one, other in zip(requests, page, match, strict=True):
            assert one == other, request


def drawn(count: int, **strategies: st.SearchStrategy[Any]) -> list[dict[str, Any]]:
    """So many examples, always the same."""
    kept: list[dict[str, Any]] = []

    @settings(derandomize=True, max_examples=count, database=None, phases=[Phase.generate])
    @given(st.fixed_dictionaries(strategies))
    def keep(found: dict[str, Any]) -> None:
        kept.append(found)

    keep()
    return kept


def some_of(*texts: str, least: int = 0) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(texts), min_size=least, max_size=3, unique=True).map(tuple)


REGEXES = ("^a", "org$", "[0-9]+", r"^/v\d\w*$", "(?i)^/API", "(a|b)/", "[^/]x", "(", "[[:alpha:]]", "a{2,}?", r"\bé\b")
ACTIONS = st.one_of(
    st.lists(st.tuples(st.sampled_from(("shop/a:80", "shop/b:80")), st.sampled_from((None, 1, 9))), max_size=2).map(
        lambda to: Forward(tuple(Target(*one) for one in to))
    ),
    st.builds(
        RedirectTo,
        st.sampled_from(("HTTP_301", "HTTP_302", "302", "${code}")),
        st.sampled_from((None, "b.org", "#{host}", "x.#{host}.#{port}")),
        st.sampled_from((None, "/", "/#{path}", "/a/#{path}#{query}", "x")),
        st.sampled_from((None, "443", "80", "#{port}", "8443", TOKEN)),
        st.sampled_from((None, "HTTPS", "HTTP", "#{protocol}", TOKEN)),
        st.sampled_from((None, "", "#{query}", "a=#{path}&#{query}")),
    ),
    st.builds(Respond, st.sampled_from(("404", "503", "4xx"))),
)
AUTHS = st.sampled_from((None, None, Auth("oidc"), Auth("jwt")))
GLOBS = st.text("aA*?.k\u212a", min_size=1, max_size=5)
REQUIREMENTS = st.one_of(
    st.builds(Requirement, st.just("method"), some_of("GET", "POST", "get", least=1)),
    st.builds(Requirement, st.just("header X-A"), some_of("red", "R?d", "*", "k", "", TOKEN, least=1)),
    st.builds(Requirement, st.just("header x-b"), some_of(*REGEXES, least=1), st.just(True)),
    st.lists(
        st.tuples(st.sampled_from((None, "", "a", "A*", r"a\*")), st.sampled_from(("1", "*", r"\*", r"\?b", "b=c", ""))), min_size=1
    ).map(lambda pairs: Requirement("query", tuple(x for _, x in pairs), keys=tuple(x for x, _ in pairs))),
    st.builds(
        Requirement,
        st.just("source"),
        some_of("10.0.0.0/8", "0.0.0.0/0", "192.0.2.7/32", "192.0.2.9/30", "2001:db8::/32", "::/0", "fe80::1/128", TOKEN, least=1),
    ),
)
RULES = st.builds(
    Rule,
    some_of("a.org", "*.a.org", "B.ORG", "?.org", "*", TOKEN) | GLOBS.map(lambda x: (x,)),
    some_of("/", "/a", "/A", "/a/*", "/*", "/?") | GLOBS.map(lambda x: (f"/{x}",)),
    ACTIONS,
    st.just(Source()),
    st.just(0),
    st.just(()) | some_of(*REGEXES),
    st.just(()) | some_of(*REGEXES),
    st.lists(REQUIREMENTS, max_size=2).map(tuple),
    st.just(()),
    AUTHS,
)
LISTENERS = st.builds(
    lambda port, default, rules, auth: Listener(
        port,
        "HTTPS" if port == 443 else "HTTP",
        (),
        default,
        tuple(x._replace(priority=n) for n, x in enumerate(rules, 1)),
        (),
        auth,
    ),
    st.sampled_from((80, 443, 443, 8080)),
    ACTIONS,
    st.lists(RULES, max_size=4),
    AUTHS,
)
PLANS = st.builds(
    lambda all_listeners, refused: Plan(
        tuple(
            LoadBalancer(f"g{n}", "internal", (), tuple({x.port: x for x in listeners}.values()), Source())
            for n, listeners in enumerate(all_listeners)
        ),
        tuple(Problem("no", "yes") for _ in range(refused)),
    ),
    st.lists(st.lists(LISTENERS, min_size=1, max_size=2), min_size=1, max_size=2),
    st.integers(0, 1),
)
ADDRESSES = (
    None,
    None,
    None,
    "10.1.2.3",
    "10.1.2.3",
    "192.0.2.8",
    "192.0.2.8",
    "2001:db8::8",
    "2001:db8::7",
    "::ffff:10.0.0.1",
    "fe80::1%eth0",
    "::",
    "10.0.0",
)
URLS = st.builds(
    "{}://{}{}/{}{}".format,
    st.sampled_from(("http", "https", "HTTP")),
    st.sampled_from(("a.org", "x.a.org", "b.org", "A.Org", "aa", "k", TOKEN, "[::1]", "u:p@a.org")),
    st.sampled_from(("", "", "", "", ":80", ":443", ":8080", ":")),
    st.text("/aAv\u00e91", max_size=5),
    st.sampled_from(("", "?a=1", "?A&b=2", "?a=*", "?a=?b", "?a=b=c&", "?&&x", "#f?x")),
)
ODD_URLS = st.text("htp:/a.?#@[] '\"\\\n\x1c\u2028\u00e9", max_size=12) | st.sampled_from(
    ("http://a.org:0/", "http://a.org:00080/", "http://a.org:65536", "http://a.org:" + "9" * 90, "ftp://a/", "http://x:y/")
)
REQUESTS = st.fixed_dictionaries(
    {
        "url": st.integers(0, 7).flatmap(lambda n: ODD_URLS if n == 0 else URLS),
        "method": st.sampled_from(("GET", "POST", "get")),
        "headers": st.dictionaries(
            st.sampled_from(("X-A", "x-a", "X-B")), st.sampled_from(("red", "RED", "k", "\u212a", "", "b/1"))
        ),
        "source_ip": st.sampled_from(ADDRESSES),
        "load_balancer": st.sampled_from((None, "g0", "g0", "g0", "g1", "it's")),
    }
)


def test_of_drawn_plans_it_says_of_each_request_what_match_says() -> None:
    found = drawn(400, plan=PLANS, requests=st.lists(REQUESTS, min_size=6, max_size=7))
    asked = [(one["plan"], one["requests"]) for one in found]
    assert len({repr(plan) for plan, _ in asked}) >= 200
    assert sum("answer" in answer for answers in of_match(asked) for answer in answers) >= 250
    same(asked)


def test_of_the_recorded_cases_it_says_of_each_request_what_match_says() -> None:
    plans = [planned(as_asked(case)) for case in load()]
    asked = [(plan, [*requests_for(plan)]) for plan in plans if plan.load_balancers]
    assert sum(len(requests) for _, requests in asked) >= 1_000
    same(asked)


def listening(**said: Any) -> Plan:
    rule = Rule((), (), Forward((Target("web"),)), Source(), 1)._replace(**said)
    return Plan((LoadBalancer("g", "internal", (), (Listener(80, "HTTP", (), Respond("404"), (rule,), ()),), Source()),))


def test_an_address_is_read_as_python_reads_it() -> None:
    letters = random.Random(7)
    pieces = ("", "0", "1", "00", "2", "a", "fe80", "ffff", "10.0.0.1", "256.1.1.1", "01.2.3.4", "12345", "g", "%1", "/8", "1.2.3")
    texts = [":".join(letters.choice(pieces) for _ in range(letters.randint(1, 9))) for _ in range(4_000)]
    texts += [
        "1.2.3.4",
        "1.2.3.04",
        "1.2.3",
        "1.2.3.4.5",
        "::",
        ":::",
        "::1",
        "1::",
        ":1",
        "1:",
        "1:2:3:4:5:6:7:8",
        "::1.2.3.4",
        "\u0661.1.1.1",
    ]
    plan = listening(requirements=(Requirement("source", ("10.0.0.0/8", "::/1", "fe80::/10")),))
    asked = [(plan, [{"url": "http://a.org/", "source_ip": text} for text in texts])]
    taken = [answer.get("answer", {}).get("priority") for (answers) in of_match(asked) for answer in answers]
    assert taken.count(1) > 50
    same(asked)


KEYS = (None, "", "a", "A*", "?", r"a\*")
VALUES = ("1", "", "*", "?", r"\*", r"\?b", "b=c", "\u212a")
QUERIES = (
    "",
    "?",
    "?&",
    "?a",
    "?a=",
    "?a=1",
    "?A=1&b",
    "?b&&a=*",
    "?a*=1",
    "?=1",
    "?a=?b",
    "?a=b=c",
    "?b=c",
    "?x=k",
    "?a=\u212a",
    "?1",
)


def test_each_query_string_is_read_as_match_reads_it() -> None:
    plans = [listening(requirements=(Requirement("query", (value,), keys=(key,)),)) for key in KEYS for value in VALUES]
    same([(plan, [{"url": f"http://a.org/{query}"} for query in QUERIES]) for plan in plans])


def test_each_pattern_takes_what_it_takes_in_match() -> None:
    texts = ("", "a", "aa", "ab", "A", "a*", "a?", "k", "K", "\u212a", "\U0001f600", "a.b", "\\a")
    globs = ("a", "*", "?", "a*", "*a", "a?", "**", "?*", "a*b", "K", r"\a", r"a\*", "\U0001f600", "*?*a*", "a.b")
    plans = [listening(paths=(f"/{glob}",)) for glob in globs]
    plans += [listening(requirements=(Requirement("header x", (glob,)),)) for glob in globs]
    same([(plan, [{"url": f"http://a.org/{text}", "headers": {"X": text}} for text in texts]) for plan in plans])


ODD = [
    r"^/a$",
    r"/a\Z",
    r"\A/a",
    r".",
    r"[^a]",
    r"[\d-]",
    r"\D\S\W",
    r"[\W_]",
    r"[^\W\d]",
    r"(?s)a.b",
    r"(?m)^b$",
    r"(?i)[k-s]",
    r"(?i)K",
    r"(?i)[^s]",
    r"(?i:a)B",
    r"(?a)\w\b",
    r"\Bé",
    r"\B",
    r"(?<=a)b",
    r"(?<!a)b",
    r"(?=a)a",
    r"a(?!b)",
    r"(?P<n>a)b?",
    r"a{2}",
    r"a{,2}b",
    r"a{",
    r"[]a]",
    r"a{2,3}?$",
    r"x*",
    r"(a|)b",
    r"\x61\u0062",
    r"[\x00-\x20]",
    r"(?x) a b # c",
    r"^$",
    r"a||b",
    r"(?:a*)*b",
    r"\.\/\-",
    r"é|ß",
]
TEXTS = [
    "/a",
    "/a\n",
    "a\nb",
    "ab",
    "aab",
    "aB",
    "Ab",
    "b",
    "é",
    "aé",
    "k",
    "K",
    "\u212a",
    "s",
    "S",
    "\u017f",
    "-",
    "_",
    "1",
    " ",
    "\r",
    "\x1f",
    "x]",
    "a{",
    "a.b/-",
    "\u2028",
    "ß",
    "日本",
    "٣",
    "i",
    "\u0130",
    "\u0131",
    "aaa",
    "aaaa",
    "",
]


def test_an_expression_finds_what_it_finds_in_python() -> None:
    plans = [listening(requirements=(Requirement("header x", (regex,), regex=True),)) for regex in ODD]
    same([(plan, [{"url": "http://a.org/", "headers": {"x": text}} for text in TEXTS]) for plan in plans])


@pytest.mark.parametrize("regex", [r"(a)\1", r"(?i)é", r"(a)?(?(1)b|c)"])
def test_what_javascript_cannot_say_is_told(regex: str) -> None:
    asked: list[Asked] = [(listening(path_regexes=(regex,)), [{"url": "http://a.org/"}])]
    message = f"The regular expression {regex!r} of a rule is more than this page can compare with; `eks-ingress match` can."
    assert of_page(asked) == [[{"refused": message}]]


@pytest.mark.parametrize("regex", ["(", "[[:alpha:]]", "a{99999999999}"])
def test_what_python_cannot_read_is_told_in_its_words(regex: str) -> None:
    asked: list[Asked] = [(listening(path_regexes=(regex,)), [{"url": "http://a.org/"}])]
    ((answer,),) = of_page(asked)
    assert answer["refused"].startswith(f"The regular expression {regex!r} of a rule cannot be compared with: ")
    same(asked)


def test_a_pattern_with_many_wildcards_takes_no_time() -> None:
    plan = listening(paths=("/" + "*a" * 30 + "b",))
    assert of_page([(plan, [{"url": "http://a.org/" + "a" * 3_000}])])[0][0]["answer"]["priority"] is None


def test_all_that_it_needs_is_data() -> None:
    said = answering(listening(), "c0")
    assert re.fullmatch(r"c0-b0-80-1", said["balancers"][0]["listeners"][0]["rules"][0]["place"])
