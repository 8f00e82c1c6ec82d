from __future__ import annotations

from pathlib import Path

import pytest

from eks_ingress.plan.facts import CertificateFact, Facts, NamedFact, Quotas
from eks_ingress.plan.facts_file import read_facts
from eks_ingress.plan.subnets import SubnetFact
from eks_ingress.plan.target_group_fact import TargetGroupFact
from eks_ingress.refusal import Refused
from eks_ingress.source import Source


def read(tmp_path: Path, text: str) -> Facts:
    file = tmp_path / "facts.yaml"
    file.write_text(text)
    return read_facts(file)


def problems(tmp_path: Path, text: str) -> list[str]:
    """What is wrong, as `line: reason remedy`."""
    with pytest.raises(Refused) as refused:
        read(tmp_path, text)
    sources = [problem.source or Source() for problem in refused.value.problems]
    assert {source.file for source in sources} == {str(tmp_path / "facts.yaml")}
    return [f"{x.line}: {y.reason} {y.remedy}" for x, y in zip(sources, refused.value.problems, strict=True)]


def test_all_facts_are_read(tmp_path: Path) -> None:
    text = """\
vpc: vpc-0123456789abcdef0
subnets:
  - id: subnet-a1
    name: public-a
    zone: eu-west-1a
    zone_type: local-zone
    tags: {kubernetes.io/role/elb: 1, owned: yes, empty: }
    public: true
    ipv6: true
    free_addresses: 0
  - {id: subnet-b1, zone: eu-west-1b}
security_groups:
  - {id: sg-1, name: web}
  - {id: sg-2}
certificates:
  - arn: arn:aws:acm:eu-west-1:111122223333:certificate/1
    domains: [example.com, "*.example.com"]
    status: EXPIRED
    authority: arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/1
    tags: {team: shop}
  - arn: arn:2
trust_stores: [{arn: arn:3, name: partners}]
target_groups: [{arn: arn:4}, {arn: arn:4b, name: b, target_type: ip, protocol: TCP, ip_address_type: ipv6, vpc: vpc-1}]
web_acls: []
backend_security_group: sg-9
quotas: {rules: 200, condition_wildcards: 6}
"""
    assert read(tmp_path, text) == Facts(
        vpc="vpc-0123456789abcdef0",
        subnets=(
            SubnetFact(
                "subnet-a1",
                "eu-west-1a",
                "public-a",
                "local-zone",
                {"kubernetes.io/role/elb": "1", "owned": "true", "empty": ""},
                public=True,
                ipv6=True,
                free_addresses=0,
            ),
            SubnetFact("subnet-b1", "eu-west-1b"),
        ),
        security_groups=(NamedFact("sg-1", "web"), NamedFact("sg-2")),
        certificates=(
            CertificateFact(
                "arn:aws:acm:eu-west-1:111122223333:certificate/1",
                ("example.com", "*.example.com"),
                "EXPIRED",
                "arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/1",
                {"team": "shop"},
            ),
            CertificateFact("arn:2"),
        ),
        trust_stores=(NamedFact("arn:3", "partners"),),
        target_groups=(NamedFact("arn:4"), TargetGroupFact("arn:4b", "b", "ip", "TCP", "ipv6", "vpc-1")),
        web_acls=(),
        backend_security_group="sg-9",
        quotas=Quotas(rules=200, condition_wildcards=6),
    )


def test_what_is_left_out_is_not_known(tmp_path: Path) -> None:
    assert read(tmp_path, "{}") == Facts()
    assert read(tmp_path, '{"vpc": "vpc-1"}') == Facts(vpc="vpc-1")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["None: is empty. Write facts of AWS, in one document."]),
        ("vpc: a\n---\nvpc: b\n", ["3: has several documents. Write facts of AWS, in one document."]),
        ("- vpc: a\n", ["1: the file is a list, and must be a mapping. Correct it."]),
        ("sub_nets: []\n", ["1: 'sub_nets' is not known. Did you mean 'subnets'?"]),
        (
            "quotas:\n  rulez: 5\n  target_groups_by_action: 5\n  rules: '200'\n  listeners: 0\n",
            [
                "2: 'rulez' of 'quotas' is not known. Did you mean 'rules'?",
                "3: 'target_groups_by_action' of 'quotas' is not known. Did you mean 'target_groups_per_action'?",
                "4: 'rules' of 'quotas' is a text, and must be a whole number. Correct it.",
                "5: 'listeners' of 'quotas' is 0. Write a number from 1 to 1000000.",
            ],
        ),
        (
            "subnets:\n  - subnet-1\n"
            "  - id: 5\n    zone: a\n    zone_type: localzone\n    public: 1\n    tags: [a]\n"
            "  - {id: subnet-2}\n",
            [
                "2: item 1 of 'subnets' is a text, and must be a mapping. Correct it.",
                "3: 'id' of item 2 of 'subnets' is a whole number, and must be a text. Correct it.",
                "5: 'zone_type' of item 2 of 'subnets' is 'localzone'. Did you mean 'local-zone'?",
                "6: 'public' of item 2 of 'subnets' is a whole number, and must be true or false. Correct it.",
                "7: 'tags' of item 2 of 'subnets' is a list, and must be a mapping. Correct it.",
                "8: item 3 of 'subnets' has no 'zone'. Write it.",
            ],
        ),
        (
            "subnets:\n  - {id: subnet-1, zone: a}\n  - {id: subnet-1, zone: b}\n",
            ["3: item 2 of 'subnets' has the id 'subnet-1', as that on line 2 has. Take one of them out."],
        ),
        (
            "certificates:\n- arn: ''\n  domains: a.example.com\n  status: issued\n  tags: {a: [b]}\n",
            [
                "2: 'arn' of item 1 of 'certificates' is empty. Write it, or leave the key out.",
                "3: 'domains' of item 1 of 'certificates' is a text, and must be a list. Correct it.",
                "4: 'status' of item 1 of 'certificates' is 'issued'. Did you mean 'ISSUED'?",
                "5: 'a' of 'tags' of item 1 of 'certificates' is a list, and must be a text. Correct it.",
            ],
        ),
        (
            "vpc_cidrs: [10.0.0.0/8, nonsense]\nvpc_ipv6_cidrs: ['']\n"
            "subnets:\n  - {id: subnet-1, zone: a, cidr: 10.0.0.1/24}\n"
            "  - {id: subnet-2, zone: b, cidr: '', ipv6_cidrs: [x]}\n",
            [
                "1: item 2 of 'vpc_cidrs' 'nonsense' is not an address range. Write one such as '10.0.0.0/8' or '2001:db8::/32'.",
                "2: item 1 of 'vpc_ipv6_cidrs' is empty. Write it, or leave the key out.",
                "4: 'cidr' of item 1 of 'subnets' '10.0.0.1/24' has bits behind its prefix. Write '10.0.0.0/24'.",
                "5: 'cidr' of item 2 of 'subnets' is empty. Write it, or leave the key out.",
                "5: item 1 of 'ipv6_cidrs' of item 2 of 'subnets' 'x' is not an address range. "
                "Write one such as '10.0.0.0/8' or '2001:db8::/32'.",
            ],
        ),
        ("vpc:\n", ["1: 'vpc' is empty, and must be a text. Correct it."]),
        (
            "vpc: 1.5\nsubnets: {}\n",
            [
                "1: 'vpc' is a number, and must be a text. Correct it.",
                "2: 'subnets' is a mapping, and must be a list. Correct it.",
            ],
        ),
        ("vpc: a\nvpc: b\n", ["2: has the key 'vpc' twice, here and on line 1, and only one can count. Remove one of them."]),
    ],
)
def test_all_that_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, found: list[str]) -> None:
    assert problems(tmp_path, text) == found


def test_what_is_meant_is_listed_where_nothing_is_near(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "xyzzy: a\n")
    assert problem == (
        "1: 'xyzzy' is not known. Write backend_security_group, certificates, has_all_subnets, quotas, security_groups, subnets, "
        "target_groups, trust_stores, vpc, vpc_cidrs, vpc_ipv6_cidrs or web_acls."
    )
