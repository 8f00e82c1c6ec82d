from __future__ import annotations

import pytest

from eks_ingress.manifests.manifest import Manifest
from tests.plan.objects import PREFIX, balancer, ingress, lines, listener, path, plan, refused, rule, service, source, together

ARN = "arn:aws:acm:eu-west-1:111122223333:certificate/a"


def test_a_load_balancer_is_internal_where_nothing_is_said() -> None:
    assert balancer(ingress("/")).scheme == "internal"


@pytest.mark.parametrize("schemes", [("internet-facing", None), (None, "internet-facing"), ("internet-facing", "internet-facing")])
def test_one_member_says_the_scheme_of_all(schemes: tuple[str | None, ...]) -> None:
    members = [
        ingress("/", name=f"m{n}", said={"group.name": "g", **({"scheme": scheme} if scheme else {})})
        for n, scheme in enumerate(schemes)
    ]
    assert balancer(*members).scheme == "internet-facing"


def test_members_with_different_schemes_are_refused() -> None:
    members = [ingress("/", name=name, said={"group.name": "g", "scheme": name}) for name in ("internet-facing", "internal")]
    assert refused(*members) == [
        (
            "Ingress shop/internet-facing: scheme is 'internet-facing' here and 'internal' in Ingress shop/internal "
            "(Shop/internal), which share a group: the controller refuses all of it.",
            "Write it once, or the same in all of them.",
            source("internet-facing"),
        )
    ]


@pytest.mark.parametrize("scheme", ["", "public", "Internal"])
def test_an_unknown_scheme_is_refused(scheme: str) -> None:
    assert refused(ingress("/", said={"scheme": scheme})) == [
        (
            f"Ingress shop/web: annotation alb.ingress.kubernetes.io/scheme is {scheme!r}, "
            "and must be one of internal, internet-facing.",
            "Correct the value.",
            source(),
        )
    ]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("listen-ports", "80", "must be a JSON list"),
        ("listen-ports", '["HTTP"]', 'must have a JSON object at [0], not "HTTP"'),
        ("ssl-redirect", "yes", "must be a whole number of 32 bits"),
        ("target-type", "pod", "must be one of instance, ip"),
        ("healthcheck-protocol", "http", "must be one of HTTP, HTTPS"),
        ("healthcheck-interval-seconds", "15s", "must be a whole number of 32 bits"),
        ("healthcheck-timeout-seconds", "", "must be a whole number of 32 bits"),
        ("healthy-threshold-count", "2.0", "must be a whole number of 32 bits"),
        ("unhealthy-threshold-count", "two", "must be a whole number of 32 bits"),
    ],
)
def test_an_unreadable_annotation_is_refused_with_its_ingress(name: str, text: str, expected: str) -> None:
    assert refused(ingress("/", said={name: text})) == [
        (
            f"Ingress shop/web: annotation alb.ingress.kubernetes.io/{name} is {text!r}, and {expected}.",
            "Correct the value.",
            source(),
        )
    ]


def test_a_refused_group_leaves_the_others_as_they_are() -> None:
    planned = plan([ingress("/", name="bad", said={"scheme": "public"}), ingress("/", name="good")])
    assert [x.group for x in planned.load_balancers] == ["shop/good"]


def test_each_refused_group_is_told() -> None:
    assert [place for _, _, place in refused(*[ingress("/", name=name, said={"scheme": "public"}) for name in "ba"])] == [
        source("a"),
        source("b"),
    ]


def test_all_that_is_wrong_with_a_group_is_told_at_once() -> None:
    members = [
        ingress(rule(path("/*"), path("/?")), name="a", said={"group.name": "g", "scheme": "public", "tags": "x"}),
        ingress("/", name="b", said={"group.name": "g", "healthcheck-port": "metrics", "listen-ports": "80"}),
        ingress(rule(path("/b", "Regex")), name="c", said={"group.name": "g", "ssl-redirect": "443"}),
    ]
    assert [(problem.id, problem.source) for problem in plan([*members, service()]).problems] == [
        ("EKI201", source("b")),
        ("EKI206", source("c")),
        ("EKI201", source("a")),
        ("EKI201", source("a")),
        ("EKI108", source("a")),
        ("EKI108", source("a")),
        ("EKI110", source("c")),
    ]


def test_what_is_wrong_on_several_listeners_is_told_once() -> None:
    assert len(refused(ingress(rule(path("/*")), said={"listen-ports": [{"HTTP": 80}, {"HTTP": 81}]}))) == 1


def test_a_problem_has_an_id_and_the_words_of_the_controller() -> None:
    (problem,) = plan([ingress("/", said={"scheme": "public"})]).problems
    assert (problem.id, problem.event) == ("EKI201", "unknown scheme: public")


def known(manifest: Manifest, *pointer: str | int) -> Manifest:
    """The same with a source for one of its parts."""
    return Manifest(manifest.body, manifest.source, {pointer: source("part")})


def test_a_problem_is_where_its_annotation_was_written() -> None:
    made = known(ingress("/", said={"scheme": "public"}), "metadata", "annotations", f"{PREFIX}scheme")
    assert [place for _, _, place in refused(made)] == [source("part")]


def test_a_problem_is_where_its_path_was_written() -> None:
    made = known(ingress(rule("/a", path("/*"))), "spec", "rules", 0, "http", "paths", 1)
    assert [place for _, _, place in refused(made)] == [source("part")]


def test_a_problem_of_a_path_is_where_the_annotation_is_that_is_to_blame() -> None:
    made = known(ingress("/", said={"conditions.web": "no JSON"}), "metadata", "annotations", f"{PREFIX}conditions.web")
    assert [place for _, _, place in refused(made)] == [source("part")]


def test_the_other_place_of_a_conflict_is_told_as_closely_as_it_is_known() -> None:
    first, second = together({"scheme": "internal"}, {"scheme": "internet-facing"})
    ((reason, _, _),) = refused(known(first, "metadata", "annotations", f"{PREFIX}scheme"), second)
    assert "'internal' in Ingress shop/a (Shop/part), which share" in reason


def test_a_plan_knows_what_it_was_made_from() -> None:
    planned = plan([ingress("/", said={"scheme": "public"})])
    assert planned.world is not None
    assert [[member.name for member in group.members] for group in planned.groups] == [["shop/web"]]


def test_the_rules_of_a_group_come_in_the_order_of_its_members() -> None:
    members = [
        ingress(*paths, name=name, said={"group.name": "g", "group.order": order})
        for name, order, paths in (("late", "1", ["/a", "/b"]), ("early", "0", ["/c", "/"]))
    ]
    found = listener(*members)
    assert [(x.priority, x.paths, x.source) for x in found.rules] == [
        (1, ("/c", "/c/*"), source("early")),
        (2, ("/*",), source("early")),
        (3, ("/a", "/a/*"), source("late")),
        (4, ("/b", "/b/*"), source("late")),
    ]


def test_members_in_any_order_make_the_same_plan() -> None:
    members = [
        ingress(f"/{name}", name=name, said={"group.name": group, "group.order": order})
        for name, group, order in (("a", "g", "1"), ("b", "g", "0"), ("c", "h", "0"), ("d", "g", "0"))
    ]
    assert plan(members) == plan(members[::-1])


def test_a_load_balancer_has_all_listeners_of_its_members() -> None:
    members = [
        ingress("/plain", name="plain", said={"group.name": "g"}),
        ingress("/secure", name="secure", said={"group.name": "g", "certificate-arn": ARN}),
    ]
    assert [(x.protocol, x.port, lines(x.rules)) for x in balancer(*members).listeners] == [
        ("HTTP", 80, ["any /plain,/plain/* -> Service shop/web:80"]),
        ("HTTPS", 443, ["any /secure,/secure/* -> Service shop/web:80"]),
    ]
