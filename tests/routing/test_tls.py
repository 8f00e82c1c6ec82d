from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from eks_ingress.refusal import Refusals
from eks_ingress.routing.tls import MutualTls, MutualTlsMode, TlsPolicy, require_tls_policy
from tests.routing.refusals import reasons, refusals

TOKEN = "${Token[TOKEN.12]}"
STORE = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:truststore/clients/0123456789abcdef"
POLICIES = {
    "TLS13-1-3": "2021-06 PQ-2025-09 FIPS-2023-04 FIPS-PQ-2025-09 RFC9151-FIPS-2023-07",
    "TLS13-1-2": """
        2021-06 Res-2021-06 Ext1-2021-06 Ext2-2021-06 PQ-2025-09 Res-PQ-2025-09 Ext1-PQ-2025-09 Ext2-PQ-2025-09
        FIPS-2023-04 Res-FIPS-2023-04 Ext0-FIPS-2023-04 Ext1-FIPS-2023-04 Ext2-FIPS-2023-04
        FIPS-PQ-2025-09 Res-FIPS-PQ-2025-09 Ext0-FIPS-PQ-2025-09 Ext1-FIPS-PQ-2025-09 Ext2-FIPS-PQ-2025-09
        RFC9151-FIPS-2023-07 Ext0-RFC9151-FIPS-2023-07 RFC9151-INTEROP1-FIPS-2023-07 RFC9151-INTEROP2-FIPS-2023-07
        RFC9151-INTEROP3-FIPS-2023-07 RFC9151-INTEROP4-FIPS-2023-07""",
    "TLS13-1-1": "2021-06 FIPS-2023-04",
    "TLS13-1-0": "2021-06 PQ-2025-09 FIPS-2023-04 FIPS-PQ-2025-09",
    "TLS-1-2": "2017-01 Ext-2018-06",
    "TLS-1-1": "2017-01",
    "FS-1-2": "2019-08 Res-2019-08 Res-2020-10",
    "FS-1-1": "2019-08",
    "FS": "2018-06",
}


def said(policy: object) -> list[tuple[str, str]]:
    found = Refusals()
    require_tls_policy(found, "tls_policy", policy)  # type: ignore[arg-type]
    return [(problem.reason, problem.remedy) for problem in found.problems]


def test_every_policy_of_aws_has_a_member() -> None:
    of_versions = {f"{versions}-{rest}" for versions, names in POLICIES.items() for rest in names.split()}
    assert {policy.value for policy in TlsPolicy} == {f"ELBSecurityPolicy-{name}" for name in of_versions | {"2016-08", "2015-05"}}


@pytest.mark.parametrize("policy", list(TlsPolicy))
def test_a_member_is_named_as_its_policy(policy: TlsPolicy) -> None:
    name = policy.value.removeprefix("ELBSecurityPolicy-").upper().replace("-", "_")
    assert policy.name in {name, f"ELB_{name}"}


def test_the_recommended_policy_is_that_of_the_console() -> None:
    assert TlsPolicy["RECOMMENDED"] is TlsPolicy["TLS13_1_2_RES_PQ_2025_09"]
    assert TlsPolicy.RECOMMENDED.value == "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"


@pytest.mark.parametrize("policy", [*TlsPolicy, *(policy.value for policy in TlsPolicy)])
def test_a_policy_is_taken_as_a_member_and_by_its_name(policy: TlsPolicy | str) -> None:
    assert said(policy) == []


@pytest.mark.parametrize(
    "policy",
    [
        "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-10",
        "ELBSecurityPolicy-TLS13-1-3-PQ-2027-01",
        "ELBSecurityPolicy-TLS13-1-3-CNSA2-INTEROP1-FIPS-PQ-2026-07",
        "ELBSecurityPolicy-TLS-1-0-2015-04",
        "ELBSecurityPolicy-2031-12",
    ],
)
def test_a_policy_that_is_not_known_here_is_taken_unless_it_looks_mistyped(policy: str) -> None:
    assert said(policy) == []


@pytest.mark.parametrize("policy", [TOKEN, f"ELBSecurityPolicy-{TOKEN}"])
def test_a_token_passes_as_a_policy(policy: str) -> None:
    assert said(policy) == []


@pytest.mark.parametrize(
    ("policy", "meant"),
    [
        ("ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-08", "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"),
        ("ELBSecurityPolicy-TLS13-1-2-Rse-PQ-2025-09", "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"),
        ("ELBSecurityPolicy-TLS13-1-2-RES-PQ-2025-09", "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"),
        ("elbsecuritypolicy-tls13-1-2-2021-06", "ELBSecurityPolicy-TLS13-1-2-2021-06"),
        ("TLS13-1-3-2021-06", "ELBSecurityPolicy-TLS13-1-3-2021-06"),
        ("TLS13_1_3_PQ_2025_09", "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09"),
        ("ELBSecurityPolicy-TLS13-1-1-FIPS-2023-05", "ELBSecurityPolicy-TLS13-1-1-FIPS-2023-04"),
        ("ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06 ", "ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06"),
        ("ELBSecurityPolicy-2016-8", "ELBSecurityPolicy-2016-08"),
    ],
)
def test_a_mistyped_policy_is_refused_with_the_one_that_was_meant(policy: str, meant: str) -> None:
    assert said(policy) == [(f"tls_policy {policy!r} is none of the security policies of AWS.", f"Did you mean {meant!r}?")]


@pytest.mark.parametrize(
    "policy", ["", "modern", "RECOMMENDED", "ELBSecurityPolicy", "ELBSecurityPolicy-", "tls_cipher_policy_1_2", 13, None]
)
def test_what_is_no_policy_at_all_is_refused(policy: object) -> None:
    assert said(policy) == [
        (
            f"tls_policy {policy!r} is none of the security policies of AWS.",
            "Write `TlsPolicy.RECOMMENDED`, or a name such as 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09'.",
        )
    ]


def test_mutual_tls_is_off_passes_through_or_verifies() -> None:
    assert MutualTls.off() == MutualTls(MutualTlsMode.OFF)
    assert MutualTls.passthrough() == MutualTls(MutualTlsMode.PASSTHROUGH)
    assert MutualTls.verify(STORE) == MutualTls(MutualTlsMode.VERIFY, STORE)
    assert MutualTls.verify(STORE, ignore_client_certificate_expiry=True, advertise_trust_store_ca_names=False) == MutualTls(
        MutualTlsMode.VERIFY, STORE, ignore_client_certificate_expiry=True, advertise_trust_store_ca_names=False
    )


@pytest.mark.parametrize(
    "store",
    [
        STORE,
        STORE.replace("arn:aws:", "arn:aws-us-gov:"),
        "a",
        "clients",
        "Clients-2",
        "a" * 32,
        TOKEN,
        f"clients-{TOKEN}",
        f"arn:aws:elasticloadbalancing:{TOKEN}:truststore/clients/0123456789abcdef",
    ],
)
def test_a_trust_store_is_given_by_arn_or_by_name(store: str) -> None:
    assert MutualTls.verify(store).trust_store == store


def test_a_trust_store_of_the_cdk_is_held_as_its_arn() -> None:
    @dataclass
    class TrustStore:
        trust_store_arn: str

    assert MutualTls.verify(TrustStore(STORE)).trust_store == STORE


@pytest.mark.parametrize("store", ["", "-clients", "clients-", "my--clients", "my_clients", "my clients", "a" * 33, 7])
def test_what_is_no_name_of_a_trust_store_is_refused(store: str) -> None:
    assert refusals(lambda: MutualTls.verify(store)) == [
        (
            f"trust_store {store!r} is neither the ARN nor the name of a trust store.",
            f"Write an ARN such as {STORE!r}, or a name of up to 32 letters, digits and single '-' between them.",
        )
    ]


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012",
        STORE.removesuffix("/0123456789abcdef"),
        STORE.replace("111122223333", "1111"),
        "arn:",
    ],
)
def test_the_arn_of_something_else_is_refused_as_a_trust_store(arn: str) -> None:
    assert refusals(lambda: MutualTls.verify(arn)) == [
        (f"trust_store {arn!r} is not the ARN of one.", f"Write an ARN such as {STORE!r}.")
    ]


def test_verifying_without_a_trust_store_is_refused() -> None:
    assert refusals(lambda: MutualTls(MutualTlsMode.VERIFY)) == [
        (
            "trust_store None is missing, without which no certificate can be verified.",
            "Write `MutualTls.verify(trust_store)`, with its ARN, its name or a CDK TrustStore.",
        )
    ]


@pytest.mark.parametrize("mode", [MutualTlsMode.OFF, MutualTlsMode.PASSTHROUGH])
@pytest.mark.parametrize(
    ("name", "value", "make"),
    [
        ("trust_store", STORE, lambda mode: MutualTls(mode, STORE)),
        ("ignore_client_certificate_expiry", True, lambda mode: MutualTls(mode, ignore_client_certificate_expiry=True)),
        ("ignore_client_certificate_expiry", False, lambda mode: MutualTls(mode, ignore_client_certificate_expiry=False)),
        ("advertise_trust_store_ca_names", True, lambda mode: MutualTls(mode, advertise_trust_store_ca_names=True)),
        ("advertise_trust_store_ca_names", False, lambda mode: MutualTls(mode, advertise_trust_store_ca_names=False)),
    ],
)
def test_what_belongs_to_verifying_is_refused_with_another_mode(
    mode: MutualTlsMode, name: str, value: object, make: Callable[[MutualTlsMode], MutualTls]
) -> None:
    assert refusals(lambda: make(mode)) == [
        (
            f"{name} {value!r} is for mode 'verify'; the controller refuses it with {mode.value!r}.",
            "Write `MutualTls.verify(…)`, or leave it out.",
        )
    ]


@pytest.mark.parametrize("mode", ["verify", "off", "on", None, True])
def test_a_mode_that_is_none_is_refused(mode: object) -> None:
    assert refusals(lambda: MutualTls(mode, STORE)) == [  # type: ignore[arg-type]
        (
            f"mode of mutual TLS {mode!r} is no MutualTlsMode.",
            "Write `MutualTls.off()`, `MutualTls.passthrough()` or `MutualTls.verify(…)`.",
        )
    ]


def test_flags_of_mutual_tls_are_true_or_false() -> None:
    assert refusals(
        lambda: MutualTls.verify(STORE, ignore_client_certificate_expiry="yes", advertise_trust_store_ca_names="on")  # type: ignore[arg-type]
    ) == [
        ("ignore_client_certificate_expiry 'yes' is neither True nor False.", "Write True or False."),
        ("advertise_trust_store_ca_names 'on' is neither True nor False.", "Write True or False."),
    ]


def test_mutual_tls_tells_all_its_mistakes_at_once() -> None:
    said = reasons(
        lambda: MutualTls(
            MutualTlsMode.PASSTHROUGH, "clients", ignore_client_certificate_expiry=True, advertise_trust_store_ca_names=True
        )
    )
    assert [reason.split()[0] for reason in said] == [
        "trust_store",
        "ignore_client_certificate_expiry",
        "advertise_trust_store_ca_names",
    ]
