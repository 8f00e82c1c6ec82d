from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from eks_ingress.manifests.manifest import Manifest
from eks_ingress.plan.facts import CertificateFact, Facts
from eks_ingress.plan.flags import ControllerFlags
from eks_ingress.plan.model import RequestedCertificate
from tests.plan.objects import FLAGS, balancer, ingress, of_class, plan, refused, rule, source

SECURE = {"listen-ports": [{"HTTPS": 443}]}
MANAGING = replace(FLAGS, gates={"EnableCertificateManagement": True})
WANTED = {"create-acm-cert": "true"}


def certificate(name: str, *domains: str, **said: Any) -> CertificateFact:
    return CertificateFact(f"arn:{name}", domains, **said)


def found(
    host: str, *certificates: CertificateFact, flags: ControllerFlags = FLAGS, said: dict[str, Any] | None = None
) -> tuple[str, ...]:
    """The certificates of an HTTPS listener for a host."""
    made = ingress(rule("/", host=host), said={**SECURE, **(said or {})})
    return balancer(made, flags=flags, facts=Facts(certificates=certificates)).listeners[0].certificates


def with_tls(made: Manifest, *hosts: str) -> Manifest:
    return Manifest({**made.body, "spec": {**made.body["spec"], "tls": [{"hosts": list(hosts)}]}}, made.source)


# Found by their hosts


@pytest.mark.parametrize(
    ("domains", "host", "fits"),
    [
        (["a.org"], "a.org", True),
        (["b.org", "a.org"], "a.org", True),
        (["a.org"], "b.org", False),
        (["*.a.org"], "x.a.org", True),
        (["*.a.org"], "a.org", False),
        (["*.a.org"], "x.y.a.org", False),
        (["*.a.org"], "*.a.org", True),
        (["x.a.org"], "*.a.org", False),
        (["A.org"], "a.org", False),
    ],
)
def test_a_certificate_is_for_a_host_or_for_all_of_a_domain(domains: list[str], host: str, fits: bool) -> None:
    facts = Facts(certificates=(certificate("a", *domains),))
    problems = plan([ingress(rule("/", host=host), said=SECURE)], facts=facts).problems
    assert [problem.event for problem in problems] == ([] if fits else [f"no certificate found for host: {host}"])


def test_all_certificates_for_a_host_are_taken_in_order() -> None:
    assert found("x.a.org", certificate("b", "x.a.org"), certificate("c", "b.org"), certificate("a", "*.a.org")) == (
        "arn:a",
        "arn:b",
    )


def test_certificates_are_found_for_all_hosts_of_an_ingress() -> None:
    made = with_tls(ingress(rule("/", host="a.org"), rule("/"), said=SECURE), "b.org", "a.org")
    facts = Facts(certificates=(certificate("b", "b.org"), certificate("a", "a.org")))
    assert balancer(made, facts=facts).listeners[0].certificates == ("arn:a", "arn:b")


def test_a_certificate_that_is_not_issued_is_not_taken() -> None:
    assert found("a.org", certificate("a", "a.org", status="PENDING_VALIDATION"), certificate("b", "a.org")) == ("arn:b",)


def test_the_controller_may_take_certificates_of_certain_authorities_alone() -> None:
    flags = replace(FLAGS, allowed_authorities=frozenset({"arn:ca"}))
    assert found("a.org", certificate("a", "a.org"), certificate("b", "a.org", authority="arn:ca"), flags=flags) == ("arn:b",)


def test_certificates_that_the_controller_asked_for_are_not_found_again() -> None:
    own = {"elbv2.k8s.aws/cluster": "prod", "ingress.k8s.aws/stack": "shop/web", "ingress.k8s.aws/resource": "x"}
    certificates = [certificate("a", "a.org", tags=own), certificate("b", "a.org", tags={"elbv2.k8s.aws/cluster": "prod"})]
    assert found("a.org", *certificates, flags=MANAGING) == ("arn:b",)
    assert found("a.org", *certificates) == ("arn:a", "arn:b")


def test_without_a_certificate_for_a_host_a_group_is_refused() -> None:
    assert refused(ingress(rule("/", host="a.org"), said=SECURE), facts=Facts(certificates=())) == [
        (
            "Ingress shop/web: no certificate found for host: a.org.",
            "Have AWS Certificate Manager issue one in the region of the load balancer, or write `certificate-arn`.",
            source(),
        )
    ]


def test_where_nothing_is_stated_there_is_a_placeholder_for_each_host() -> None:
    made = with_tls(ingress(rule("/", host="b.org"), said=SECURE), "a.org")
    assert balancer(made).listeners[0].certificates == ("${certificate for a.org}", "${certificate for b.org}")


def test_a_host_that_is_not_known_yet_is_not_looked_for() -> None:
    assert found("${Token[TOKEN.12]}", certificate("a", "a.org")) == ("${certificate for ${Token[TOKEN.12]}}",)


def test_without_hosts_there_is_no_certificate() -> None:
    assert balancer(ingress("/", said=SECURE), facts=Facts(certificates=())).listeners[0].certificates == ()


@pytest.mark.parametrize("said", [{}, {"listen-ports": [{"HTTP": 80}]}])
def test_without_https_no_certificate_is_looked_for(said: dict[str, Any]) -> None:
    assert refused(ingress(rule("/", host="a.org"), said=said), facts=Facts(certificates=())) == []


# NamedFact


def test_a_certificate_that_is_named_goes_before_those_that_could_be_found() -> None:
    assert found("a.org", certificate("a", "a.org"), said={"certificate-arn": "arn:b, arn:c"}) == ("arn:b", "arn:c")


# Asked for


def test_a_certificate_is_asked_for_with_all_hosts() -> None:
    made = with_tls(ingress(rule("/", host="b.org"), said={**WANTED, "tags": "team=shop"}), "*.a.org")
    one = balancer(made, flags=MANAGING)
    name = f"amazon_issued/wildcard.a.org-{sha256(b'shop/web').hexdigest()[:8]}"
    assert one.certificates == (RequestedCertificate(name, "", ("*.a.org", "b.org"), (("team", "shop"),)),)
    assert [(x.port, x.certificates) for x in one.listeners] == [(443, (f"${{certificate {name}}}",))]


@pytest.mark.parametrize(
    ("said", "default", "authority", "kind"),
    [
        ({}, "", "", "amazon_issued"),
        ({}, "arn:default", "arn:default", "private"),
        ({"acm-pca-arn": "arn:ca"}, "arn:default", "arn:ca", "private"),
    ],
)
def test_a_private_authority_may_issue_it(said: dict[str, str], default: str, authority: str, kind: str) -> None:
    made = ingress(rule("/", host="a.org"), said={**WANTED, **said})
    (one,) = balancer(made, flags=replace(MANAGING, default_private_ca=default)).certificates
    assert (one.authority, one.id.partition("/")[0]) == (authority, kind)


@pytest.mark.parametrize(
    ("said", "flags"),
    [
        (WANTED, FLAGS),
        ({}, MANAGING),
        ({"create-acm-cert": "no"}, MANAGING),
        ({**WANTED, "certificate-arn": "arn:a"}, MANAGING),
    ],
)
def test_no_certificate_is_asked_for_without_need(said: dict[str, str], flags: ControllerFlags) -> None:
    assert balancer(ingress(rule("/", host="a.org"), said=said), flags=flags).certificates == ()


def test_the_certificates_of_a_class_are_used_in_place_of_one_that_is_asked_for() -> None:
    made = ingress(rule("/", host="a.org"), class_name="public", said=WANTED)
    one = balancer(*of_class({"certificateArn": ["arn:a"]}), made, flags=MANAGING)
    assert (len(one.certificates), one.listeners[0].certificates) == (1, ("arn:a",))


def test_a_certificate_for_no_host_is_refused() -> None:
    (problem,) = plan([ingress("/", said=WANTED)], MANAGING).problems
    assert (problem.id, problem.event) == ("EKI221", "ingress shop/web has create-acm-cert enabled but no hostnames defined")


def test_the_tags_of_the_controller_go_before_those_of_a_certificate() -> None:
    flags = replace(MANAGING, default_tags={"team": "platform"})
    flags = replace(flags, gates={**flags.gates, "EnableDefaultTagsLowPriority": True})
    (one,) = balancer(ingress(rule("/", host="a.org"), said={**WANTED, "tags": "team=shop"}), flags=flags).certificates
    assert one.tags == (("team", "platform"),)
