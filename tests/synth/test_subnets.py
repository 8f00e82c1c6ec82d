"""The subnets of a VPC that the app knows: what is found and checked, how they are chosen, and how they are tagged."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsii
import pytest
from aws_cdk import Aspects, Environment, IAspect, Stack, Tags, aws_ec2
from constructs import IConstruct

from eks_ingress import (
    ApplicationLoadBalancer,
    EksIngress,
    Facts,
    FrontendNlb,
    IpAddressType,
    NetworkListener,
    NetworkService,
    Refused,
    Scheme,
    Service,
    SubnetFact,
)
from tests.synth.apps import new_app, v1_imported, v2_created, v2_imported

PUBLIC, PRIVATE = aws_ec2.SubnetType.PUBLIC, aws_ec2.SubnetType.PRIVATE_WITH_EGRESS
ISOLATED = aws_ec2.SubnetType.PRIVATE_ISOLATED
ELB, INTERNAL_ELB = "kubernetes.io/role/elb", "kubernetes.io/role/internal-elb"


class Net:
    """An app with a VPC, a cluster that stands in it, and an EksIngress."""

    def __init__(self, *, facts: Facts = Facts(), vpc: Any = None, created: bool = False, **said: Any) -> None:
        self.app = new_app()
        self.stack = Stack(self.app, "Shop")
        made: dict[str, Any] = {"max_azs": 2, **said}
        self.vpc: Any = aws_ec2.Vpc(self.stack, "Net", **made) if vpc is None else vpc(self.stack)
        cluster: Any = (v2_created if created else v2_imported)(self.stack, vpc=self.vpc)
        self.ingress = EksIngress(self.stack, "Ingress", cluster=cluster, facts=facts)

    def balancer(self, **said: Any) -> ApplicationLoadBalancer:
        made = self.ingress.add_load_balancer("Shop", **{"namespace": "shop", "scheme": Scheme.INTERNET_FACING, **said})
        made.add_route("/", Service("web", 80))
        return made

    def told(self) -> list[str]:
        """The ids of the warnings."""
        messages = self.app.synth().get_stack_by_name("Shop").messages
        return [str(message.entry.data).split(" ")[0] for message in messages if "EKI" in str(message.entry.data)]

    def refusal(self) -> str:
        with pytest.raises(RuntimeError) as refused:
            self.app.synth()
        return str(refused.value)

    def planned(self) -> list[str]:
        """The subnets of the load balancer in the plan beside the template."""
        assembly = self.app.synth()
        plan = json.loads(Path(assembly.directory, "Shop.Ingress.plan.json").read_text("utf-8"))
        (stack,) = plan["load_balancers"]
        spec = stack["resources"]["AWS::ElasticLoadBalancingV2::LoadBalancer"]["LoadBalancer"]["spec"]
        return [subnet["subnetID"] for subnet in spec["subnetMapping"]]

    def tags(self) -> dict[str, set[str]]:
        """The role tags of each subnet in the template."""
        resources = self.app.synth().get_stack_by_name("Shop").template["Resources"]
        subnets = {name: made["Properties"]["Tags"] for name, made in resources.items() if made["Type"] == "AWS::EC2::Subnet"}
        return {name: {tag["Key"] for tag in tags if "role" in tag["Key"]} for name, tags in subnets.items()}


def configuration(*kinds: aws_ec2.SubnetType, mask: int | None = None) -> dict[str, Any]:
    made = [aws_ec2.SubnetConfiguration(name=kind.name, subnet_type=kind, cidr_mask=mask) for kind in kinds]
    return {"subnet_configuration": made}


# What the controller will find


def test_the_plan_names_the_subnets_that_the_controller_will_find() -> None:
    net = Net(created=True)
    net.balancer()
    assert [re.sub("Subnet[0-9A-F]{8}", "", name) for name in net.planned()] == ["${NetPublicSubnet1}", "${NetPublicSubnet2}"]
    assert net.told() == []


def test_a_vpc_with_one_zone_has_no_room_for_an_application_load_balancer() -> None:
    net = Net(max_azs=1)
    net.balancer()
    told = net.refusal()
    assert "EKI310 error  Shop/Ingress/Shop" in told
    assert "its load balancer gets no subnets: subnets count less than minimal required count: 1 < 2." in told
    assert "`ingress.tag_subnets()` does it" in told


def test_a_vpc_with_one_zone_has_room_for_a_network_load_balancer() -> None:
    net = Net(max_azs=1)
    net.ingress.add_network_load_balancer(
        "Mqtt", namespace="iot", service=NetworkService({"app": "mqtt"}), listeners=[NetworkListener.tcp(1883)]
    )
    assert net.told() == ["EKI394"]


def test_a_vpc_without_public_subnets_takes_no_load_balancer_that_faces_the_internet() -> None:
    net = Net(**configuration(ISOLATED))
    net.balancer()
    assert "unable to resolve at least one subnet. Evaluated 0 subnets" in net.refusal()


def test_small_subnets_are_told() -> None:
    net = Net(**configuration(PUBLIC, mask=28))
    net.balancer()
    assert net.told() == ["EKI392", "EKI394"]


def test_subnets_of_an_imported_cluster_are_tagged_by_nobody() -> None:
    net = Net()
    net.balancer()
    assert net.told() == ["EKI394"]


def test_subnets_without_ipv6_take_no_dual_stack_load_balancer() -> None:
    net = Net(created=True)
    net.balancer(ip_address_type=IpAddressType.DUALSTACK)
    assert "EKI310" in net.refusal()
    six = Net(created=True, ip_protocol=aws_ec2.IpProtocol.DUAL_STACK)
    six.balancer(ip_address_type=IpAddressType.DUALSTACK)
    assert six.told() == []


def test_tags_that_aspects_add_late_count() -> None:
    @jsii.implements(IAspect)
    class Late:
        def visit(self, node: IConstruct) -> None:
            if isinstance(node, aws_ec2.CfnSubnet):
                node.tags.set_tag(ELB, "1")

    net = Net()
    net.balancer()
    Aspects.of(net.app).add(Late())
    assert net.told() == []


def test_what_is_stated_of_subnets_goes_before_what_the_tree_has() -> None:
    stated = [SubnetFact(f"subnet-{zone}", zone, tags={ELB: "1"}, public=True) for zone in "ab"]
    net = Net(facts=Facts(subnets=stated), max_azs=1)
    net.balancer()
    assert net.planned() == ["subnet-a", "subnet-b"]


def test_other_facts_that_are_stated_stay() -> None:
    net = Net(facts=Facts(backend_security_group="sg-1"), created=True)
    net.balancer()
    assert len(net.planned()) == 2
    assert net.ingress.facts == Facts(backend_security_group="sg-1")


def test_subnets_that_the_vpc_construct_does_not_know_of_may_be_the_ones() -> None:
    net = Net(**configuration(ISOLATED))
    for zone in "ab":
        aws_ec2.PublicSubnet(
            net.stack,
            f"Own{zone}",
            availability_zone=f"eu-west-1{zone}",
            cidr_block=f"10.0.20{ord(zone) - 97}.0/24",
            vpc_id=net.vpc.vpc_id,
        )
    net.balancer()
    assert net.told() == []
    assert net.planned() == ["${subnets of the VPC}"]


def test_the_plan_before_synth_says_nothing_of_subnets_whose_tags_are_still_to_come() -> None:
    net = Net(created=True)
    assert [subnet.id for subnet in net.balancer().plan.subnets] == ["${subnets of the VPC}"]


# Imported


def imported(stack: Stack) -> Any:
    return aws_ec2.Vpc.from_vpc_attributes(
        stack,
        "Net",
        vpc_id="vpc-12345",
        availability_zones=["eu-west-1a", "eu-west-1b"],
        public_subnet_ids=["subnet-1", "subnet-2"],
        private_subnet_ids=["subnet-3", "subnet-4"],
    )


def test_of_an_imported_vpc_it_is_not_known_what_the_controller_finds() -> None:
    net = Net(vpc=imported)
    net.balancer()
    assert net.told() == []
    assert net.planned() == ["${subnets of the VPC}"]


def test_subnets_of_an_imported_vpc_that_are_named_are_judged_by_their_zones() -> None:
    net = Net(vpc=imported)
    net.balancer(subnets=[net.vpc.public_subnets[0], net.vpc.private_subnets[0]])
    assert "multiple subnets in same Availability Zone eu-west-1a: [subnet-1 subnet-3]" in net.refusal()
    apart = Net(vpc=imported)
    apart.balancer(subnets=apart.vpc.private_subnets)
    assert apart.told() == ["EKI393"]


def test_a_vpc_that_is_looked_up_stops_nothing_before_it_is() -> None:
    app = new_app()
    stack = Stack(app, "Shop", env=Environment(account="111122223333", region="eu-west-1"))
    vpc = aws_ec2.Vpc.from_lookup(stack, "Net", vpc_id="vpc-12345")
    ingress = EksIngress(stack, "Ingress", cluster=v2_imported(stack, vpc=vpc))
    made = ingress.add_load_balancer("Shop", namespace="shop", subnets=vpc.select_subnets(subnet_type=PUBLIC))
    made.add_route("/", Service("web", 80))
    app.synth()


def without_subnets(stack: Stack) -> Any:
    return aws_ec2.Vpc.from_vpc_attributes(stack, "Net", vpc_id="vpc-12345", availability_zones=["eu-west-1a", "eu-west-1b"])


def test_a_vpc_that_knows_no_subnets_says_nothing() -> None:
    net = Net(vpc=without_subnets)
    net.balancer()
    assert net.told() == []


def test_an_existing_controller_and_a_cluster_without_vpc_are_fine() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    host = EksIngress.from_existing(stack, "Ingress", cluster=v1_imported(stack, vpc=None))
    made = host.add_load_balancer("Shop", namespace="shop")
    made.add_route("/", Service("web", 80))
    app.synth()


# Chosen


@pytest.mark.parametrize("how", ["selection", "selected", "objects", "ids"])
def test_subnets_are_chosen_as_everywhere_in_the_cdk(how: str) -> None:
    net = Net(created=True)
    selected = net.vpc.select_subnets(subnet_type=PRIVATE)
    forms: dict[str, Any] = {
        "selection": aws_ec2.SubnetSelection(subnet_type=PRIVATE),
        "selected": selected,
        "objects": net.vpc.private_subnets,
        "ids": selected.subnet_ids,
    }
    net.balancer(scheme=Scheme.INTERNAL, subnets=forms[how])
    (resource,) = (x for name, x in _resources(net).items() if name.startswith("IngressShopShop"))
    manifest = json.dumps(resource["Properties"]["Manifest"])
    assert [name for name in ("NetPublicSubnet1", "NetPrivateSubnet1", "NetPrivateSubnet2") if name in manifest] == [
        "NetPrivateSubnet1",
        "NetPrivateSubnet2",
    ]


def _resources(net: Net) -> dict[str, Any]:
    found: dict[str, Any] = net.app.synth().get_stack_by_name("Shop").template["Resources"]
    return found


def test_a_network_load_balancer_and_a_frontend_take_a_choice_too() -> None:
    net = Net(created=True)
    chosen = net.vpc.select_subnets(subnet_type=PUBLIC)
    net.balancer(frontend_nlb=FrontendNlb(scheme=Scheme.INTERNET_FACING, subnets=chosen))
    net.ingress.add_network_load_balancer(
        "Mqtt",
        namespace="iot",
        service=NetworkService({"app": "mqtt"}),
        listeners=[NetworkListener.tcp(1883)],
        subnets=aws_ec2.SubnetSelection(subnet_type=PRIVATE, one_per_az=True),
    )
    assert net.told() == []
    (planned,) = net.ingress.plan().network_load_balancers
    assert len(planned.subnets) == 2


def test_a_choice_of_what_the_vpc_does_not_have_is_refused_at_its_line() -> None:
    net = Net(created=True)
    net.balancer(subnets=aws_ec2.SubnetSelection(subnet_type=ISOLATED))
    told = net.refusal()
    assert "error  Shop/Ingress/Shop" in told
    assert "choose none: There are no 'Isolated' subnet groups in this VPC" in told
    assert "Write `vpc.select_subnets(…)` of the VPC that has them." in told
    with pytest.raises(Refused, match="choose none: There are no 'Isolated' subnet groups"):
        net.ingress.tag_subnets(internal=aws_ec2.SubnetSelection(subnet_type=ISOLATED))


def test_a_choice_without_a_vpc_is_refused() -> None:
    app = new_app()
    stack = Stack(app, "Shop")
    ingress = EksIngress(stack, "Ingress", cluster=v1_imported(stack, vpc=None), vpc_id="vpc-1")
    made = ingress.add_load_balancer("Shop", namespace="shop", subnets=aws_ec2.SubnetSelection(subnet_type=PUBLIC))
    made.add_route("/", Service("web", 80))
    with pytest.raises(RuntimeError, match="choose none: the cluster was imported without its VPC"):
        app.synth()


def test_an_internet_facing_load_balancer_in_private_subnets_is_told() -> None:
    net = Net(created=True)
    net.balancer(subnets=aws_ec2.SubnetSelection(subnet_type=PRIVATE))
    assert net.told() == ["EKI393"]


# Tagged


def test_subnets_are_tagged_by_what_they_are_for() -> None:
    net = Net()
    net.balancer()
    net.ingress.tag_subnets()
    found = net.tags()
    assert {role for name, roles in found.items() if "Public" in name for role in roles} == {ELB}
    assert {role for name, roles in found.items() if "Private" in name for role in roles} == {INTERNAL_ELB}
    assert len(found) == 4
    assert net.told() == []


def test_isolated_subnets_are_tagged_only_where_there_are_no_other_private_ones() -> None:
    alone = Net(**configuration(ISOLATED))
    alone.ingress.tag_subnets()
    assert {role for roles in alone.tags().values() for role in roles} == {INTERNAL_ELB}
    beside = Net(**configuration(PUBLIC, PRIVATE, ISOLATED))
    beside.ingress.tag_subnets()
    assert {frozenset(roles) for name, roles in beside.tags().items() if "ISOLATED" in name} == {frozenset()}


def test_other_subnets_can_be_said() -> None:
    net = Net(**configuration(PUBLIC, PRIVATE, ISOLATED))
    net.ingress.tag_subnets(internet_facing=[], internal=aws_ec2.SubnetSelection(subnet_type=ISOLATED))
    assert {name for name, roles in net.tags().items() if roles} == {name for name in net.tags() if "ISOLATED" in name}


def test_what_the_app_does_not_make_is_refused_with_the_command_that_tags_it() -> None:
    with pytest.raises(Refused) as refused:
        Net(vpc=imported).ingress.tag_subnets()
    assert [problem.remedy for problem in refused.value.problems] == [
        f"Run `aws ec2 create-tags --resources subnet-1 subnet-2 --tags Key={ELB},Value=1`.",
        f"Run `aws ec2 create-tags --resources subnet-3 subnet-4 --tags Key={INTERNAL_ELB},Value=1`.",
    ]


def test_what_is_no_subnet_is_refused() -> None:
    with pytest.raises(Refused, match="subnet 'subnet-1' is no subnet of the CDK"):
        Net().ingress.tag_subnets(internal=["subnet-1"])


def test_a_vpc_that_knows_no_subnets_has_none_to_tag() -> None:
    with pytest.raises(Refused, match="VPC 'Shop/Net' tells of no subnets, so that none would be tagged"):
        Net(vpc=without_subnets).ingress.tag_subnets()


def test_without_a_vpc_there_is_nothing_to_tag() -> None:
    stack = Stack(new_app(), "Shop")
    ingress = EksIngress(stack, "Ingress", cluster=v1_imported(stack, vpc=None), vpc_id="vpc-1")
    with pytest.raises(Refused, match="was imported without its VPC, so that its subnets are not known"):
        ingress.tag_subnets()


def test_tags_of_the_users_own_count_as_well() -> None:
    net = Net()
    net.balancer()
    for subnet in net.vpc.public_subnets:
        Tags.of(subnet).add(ELB, "1")
    assert net.told() == []
