"""Names that lead to load balancers: records in hosted zones, what ExternalDNS is told, and the order of things."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aws_cdk import App, Duration, Environment, Stack, aws_route53

from eks_ingress import (
    ApplicationLoadBalancer,
    ClassSettings,
    EksIngress,
    FrontendNlb,
    HealthCheck,
    IpAddressType,
    NetworkListener,
    NetworkLoadBalancer,
    NetworkService,
    Refused,
    Scheme,
    Service,
)
from tests.synth.apps import FLAGS, Shop, new_app, v2_created, v2_imported
from tests.synth.graph import Graph, Node
from tests.synth.test_lint import lint

RECORD = "AWS::Route53::RecordSet"
VALUE = "Custom::AWSCDK-EKS-KubernetesObjectValue"
OLD, NEW = "external-dns.alpha.kubernetes.io/", "external-dns.kubernetes.io/"
IRELAND = Environment(account="111122223333", region="eu-west-1")
OF_ALBS, OF_NLBS = "Z32O12XQLNTSW2", "Z2IFOLAFXWLO4F"
"""The hosted zones of load balancers in Ireland."""


def in_ireland() -> Shop:
    return Shop(env=IRELAND)


def zone_of(shop: Shop, name: str = "example.com") -> aws_route53.HostedZone:
    return aws_route53.HostedZone(shop.stack, "Zone", zone_name=name)


def balancer(shop: Shop, **said: Any) -> ApplicationLoadBalancer:
    made = shop.ingress.add_load_balancer("Shop", namespace="shop", **said)
    made.add_route("shop.example.com/", Service("web", 80))
    return made


def mqtt(shop: Shop, **said: Any) -> NetworkLoadBalancer:
    service = NetworkService({"app": "mqtt"})
    base: dict[str, Any] = {"namespace": "iot", "service": service, "listeners": [NetworkListener.tcp(1883)]}
    return shop.ingress.add_network_load_balancer("Mqtt", **{**base, **said})


def records(resources: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The properties of each record, by its type and name."""
    found = [made["Properties"] for made in resources.values() if made["Type"] == RECORD]
    return {f"{record['Type']} {record['Name']}": record for record in found}


def reasons(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.reason for problem in refused.value.problems]


# Records


def test_an_alias_is_a_record_that_names_the_address_and_the_zone_of_the_load_balancer() -> None:
    shop = in_ireland()
    (record,) = balancer(shop).add_alias("shop", zone_of(shop))
    assert isinstance(record, aws_route53.ARecord)
    assert records(shop.resources()) == {
        "A shop.example.com.": {
            "AliasTarget": {"DNSName": {"Fn::GetAtt": ["IngressShopDnsNameA451CD0C", "Value"]}, "HostedZoneId": OF_ALBS},
            "HostedZoneId": {"Ref": "ZoneA5DE4B68"},
            "Name": "shop.example.com.",
            "Type": "A",
        }
    }


@pytest.mark.parametrize(
    ("kind", "types"),
    [
        (None, ["A"]),
        (IpAddressType.IPV4, ["A"]),
        (IpAddressType.DUALSTACK, ["A", "AAAA"]),
        (IpAddressType.DUALSTACK_WITHOUT_PUBLIC_IPV4, ["AAAA"]),
    ],
)
def test_there_is_a_record_for_each_kind_of_address_that_clients_reach_it_under(
    kind: IpAddressType | None, types: list[str]
) -> None:
    shop = in_ireland()
    balancer(shop, scheme=Scheme.INTERNET_FACING, ip_address_type=kind).add_alias("shop", zone_of(shop))
    assert list(records(shop.resources())) == [f"{kind} shop.example.com." for kind in types]


def test_a_class_that_decides_the_kind_of_addresses_decides_the_records() -> None:
    shop = in_ireland()
    public = shop.ingress.add_class("Public", settings=ClassSettings(ip_address_type=IpAddressType.DUALSTACK))
    balancer(shop, ingress_class=public).add_alias("shop", zone_of(shop))
    assert list(records(shop.resources())) == ["A shop.example.com.", "AAAA shop.example.com."]


def test_of_a_class_that_is_not_known_it_can_be_said() -> None:
    shop = in_ireland()
    balancer(shop, ingress_class="public").add_alias("shop", zone_of(shop), ipv6=True)
    assert list(records(shop.resources())) == ["A shop.example.com.", "AAAA shop.example.com."]


def test_a_network_load_balancer_has_names_too() -> None:
    shop = in_ireland()
    mqtt(shop, ip_address_type=IpAddressType.DUALSTACK, scheme=Scheme.INTERNET_FACING).add_alias("mqtt", zone_of(shop))
    found = records(shop.resources())
    assert list(found) == ["A mqtt.example.com.", "AAAA mqtt.example.com."]
    assert {record["AliasTarget"]["HostedZoneId"] for record in found.values()} == {OF_NLBS}


def test_with_a_frontend_names_lead_to_that() -> None:
    shop = in_ireland()
    made = balancer(shop, frontend_nlb=FrontendNlb(scheme=Scheme.INTERNET_FACING))
    made.add_alias("shop", zone_of(shop))
    resources = shop.resources()
    (value,) = (resource["Properties"] for resource in resources.values() if resource["Type"] == VALUE)
    # The controller writes the address of the application load balancer first.
    assert value["JsonPath"] == ".status.loadBalancer.ingress[1].hostname"
    # It writes none before the one in front has the other, which must be active, as its target.
    assert value["TimeoutSeconds"] == 600
    assert records(resources)["A shop.example.com."]["AliasTarget"]["HostedZoneId"] == OF_NLBS


def test_both_addresses_can_be_read_where_there_is_a_frontend() -> None:
    shop = in_ireland()
    made = balancer(shop, frontend_nlb=FrontendNlb())
    assert made.dns_name != made.frontend_dns_name
    paths = {resource["Properties"]["JsonPath"] for resource in shop.resources().values() if resource["Type"] == VALUE}
    assert paths == {f".status.loadBalancer.ingress[{place}].hostname" for place in (0, 1)}


def test_without_a_frontend_it_has_no_address() -> None:
    with pytest.raises(Refused) as refused:
        _ = balancer(in_ireland()).frontend_dns_name
    assert reasons(refused) == ["frontend_nlb None is not said, so that there is no network load balancer in front."]


def test_the_options_of_route_53_stand_in_the_record() -> None:
    shop = in_ireland()
    balancer(shop).add_alias(
        "shop", zone_of(shop), evaluate_target_health=True, comment="the shop", set_identifier="blue", weight=90
    )
    record = records(shop.resources())["A shop.example.com."]
    assert record["AliasTarget"]["EvaluateTargetHealth"] is True
    assert (record["Comment"], record["SetIdentifier"], record["Weight"]) == ("the shop", "blue", 90)


def test_several_weighted_records_share_a_name() -> None:
    shop = in_ireland()
    zone = zone_of(shop)
    balancer(shop).add_alias("shop", zone, set_identifier="blue", weight=90)
    other = shop.ingress.add_load_balancer("Green", namespace="shop")
    other.add_route("/", Service("web", 80))
    other.add_alias("shop", zone, set_identifier="green", weight=10)
    weights = [made["Properties"]["Weight"] for made in shop.resources().values() if made["Type"] == RECORD]
    assert sorted(weights) == [10, 90]


def test_a_record_keeps_its_logical_id_wherever_it_stands_in_the_stack() -> None:
    ids = []
    for place in ("here", "elsewhere"):
        shop = in_ireland()
        zone = zone_of(shop)
        balancer(shop).add_alias("shop", zone, scope=None if place == "here" else shop.stack)
        ids.append([name for name, made in shop.resources().items() if made["Type"] == RECORD])
    assert ids[0] == ids[1]


# The hosted zones of load balancers


def test_where_the_region_is_known_only_at_deploy_time_a_mapping_is_made_once() -> None:
    shop = Shop()
    zone = zone_of(shop)
    made = balancer(shop)
    made.add_alias("shop", zone)
    mqtt(shop).add_alias("mqtt", zone)
    template = shop.app.synth().get_stack_by_name("Shop").template
    (mapping,) = template["Mappings"]
    assert template["Mappings"][mapping]["eu-west-1"] == {"application": OF_ALBS, "network": OF_NLBS}
    found = records(template["Resources"])
    assert found["A shop.example.com."]["AliasTarget"]["HostedZoneId"] == {
        "Fn::FindInMap": [mapping, {"Ref": "AWS::Region"}, "application"]
    }
    assert found["A mqtt.example.com."]["AliasTarget"]["HostedZoneId"]["Fn::FindInMap"][2] == "network"


def test_a_region_that_is_not_known_needs_the_id() -> None:
    shop = Shop(env=Environment(account="111122223333", region="xx-new-1"))
    made, zone = balancer(shop), zone_of(shop)
    with pytest.raises(Refused) as refused:
        made.add_alias("shop", zone)
    assert reasons(refused) == ["region 'xx-new-1' is none of which the hosted zone of application load balancers is known."]
    made.add_alias("shop", zone, hosted_zone_id="Z0123456789ABCDEFGHIJ")
    assert records(shop.resources())["A shop.example.com."]["AliasTarget"]["HostedZoneId"] == "Z0123456789ABCDEFGHIJ"


# Order


def names_of(graph: Graph) -> set[Node]:
    return graph.of_type(RECORD)


def three_stacks(where: str) -> App:
    """Zone, platform and records in a stack each, or the records with the load balancer."""
    app = new_app()
    zone = aws_route53.HostedZone(Stack(app, "Zones"), "Zone", zone_name="example.com")
    platform = Stack(app, "Platform")
    ingress = EksIngress(platform, "Ingress", cluster=v2_created(platform))
    made = ApplicationLoadBalancer(Stack(app, "Shop"), "Shop", ingress, namespace="shop")
    made.add_route("shop.example.com/", Service("web", 80))
    made.add_route("shop.example.com/api", Service("api", 80, health_check=HealthCheck(path="/healthz")))
    made.add_alias("shop", zone, scope=Stack(app, "Names") if where == "apart" else None)
    return app


@pytest.mark.parametrize("where", ["together", "apart"])
def test_a_record_comes_after_the_ingresses_and_the_controller_and_goes_before_them(where: str) -> None:
    graph = Graph(three_stacks(where))
    (record,) = names_of(graph)
    assert record[0] == ("Names" if where == "apart" else "Shop")
    (value,) = graph.of_type(VALUE)
    (release,) = graph.of_type("Custom::AWSCDK-EKS-HelmChart")
    applied = {node for node in graph.of_type("Custom::AWSCDK-EKS-KubernetesResource") if node[0] == "Shop"}
    assert len(applied) == 2
    before = {value, release, *applied, *graph.of_type("AWS::Route53::HostedZone")}
    assert before <= graph.waits_for(record)
    for thing in before:
        assert record in graph.gone_before(thing)


def test_a_record_of_a_network_load_balancer_comes_after_its_service_and_goes_before_it() -> None:
    shop = in_ireland()
    mqtt(shop).add_alias("mqtt", zone_of(shop))
    graph = Graph(shop.app)
    (record,) = names_of(graph)
    (service,) = (node for node in graph.of_type("Custom::AWSCDK-EKS-KubernetesResource") if "Mqtt" in node[1])
    assert service in graph.waits_for(record)
    assert record in graph.gone_before(service)


# What is refused, and what is told


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"name": "shop.example.org."}, "name of an alias, 'shop.example.org.' is none of the zone 'example.com'."),
        ({"weight": 256, "set_identifier": "a"}, "weight 256 is out of range."),
        (
            {"weight": 1},
            "set_identifier None goes with `weight`, `region` or `geo_location`, and these with it.",
        ),
        (
            {"set_identifier": "a"},
            "set_identifier 'a' goes with `weight`, `region` or `geo_location`, and these with it.",
        ),
        (
            {"weight": 1, "region": "eu-west-1", "set_identifier": "a"},
            "options ['weight', 'region'] choose between records in several ways.",
        ),
        ({"weight": 1, "set_identifier": ""}, "set_identifier '' is no text of 1 to 128 characters."),
        ({"weight": 1, "set_identifier": 5}, "set_identifier 5 is no text of 1 to 128 characters."),
        ({"weight": 1, "set_identifier": "a" * 129}, f"set_identifier {'a' * 129!r} is no text of 1 to 128 characters."),
        ({"hosted_zone_id": ""}, "hosted_zone_id '' is empty."),
        ({"zone": "example.com"}, "zone 'example.com' is no hosted zone of the CDK."),
        ({"ipv6": "yes"}, "ipv6 'yes' is neither True nor False."),
        ({"evaluate_target_health": 1}, "evaluate_target_health 1 is neither True nor False."),
    ],
)
def test_what_route_53_would_refuse_is_refused_with_the_users_line(said: dict[str, Any], reason: str) -> None:
    shop = in_ireland()
    with pytest.raises(Refused) as refused:
        balancer(shop).add_alias(**{"name": "shop", "zone": zone_of(shop), **said})
    assert reasons(refused) == [reason]
    assert refused.value.problems[0].source is not None
    assert str(refused.value.problems[0].source.file).endswith("test_dns.py")
    assert records(shop.resources()) == {}


def test_a_name_that_would_have_no_record_is_refused() -> None:
    shop = in_ireland()
    kind = IpAddressType.DUALSTACK_WITHOUT_PUBLIC_IPV4
    with pytest.raises(Refused) as refused:
        balancer(shop, scheme=Scheme.INTERNET_FACING, ip_address_type=kind).add_alias("shop", zone_of(shop), ipv6=False)
    assert reasons(refused) == ["ipv6 False leaves no record, since its IPv4 addresses are private."]


def test_a_zone_without_a_name_is_refused() -> None:
    shop = in_ireland()
    zone = aws_route53.HostedZone.from_hosted_zone_id(shop.stack, "Zone", "Z0123456789ABCDEFGHIJ")
    with pytest.raises(Refused) as refused:
        balancer(shop).add_alias("shop", zone)
    assert reasons(refused) == ["zone 'Shop/Zone' does not know its name, without which records cannot be named."]


def test_a_name_cannot_lead_to_two_load_balancers() -> None:
    shop = in_ireland()
    zone = zone_of(shop)
    balancer(shop).add_alias("shop", zone)
    with pytest.raises(Refused, match=r"name of an alias, 'shop\.example\.com' leads to Shop/Ingress/Shop .* already"):
        mqtt(shop).add_alias("shop.example.com", zone)


def test_a_name_that_has_one_record_shares_it_with_no_weighted_ones() -> None:
    shop = in_ireland()
    zone, made = zone_of(shop), balancer(shop)
    made.add_alias("shop", zone)
    with pytest.raises(Refused, match=r"leads to Shop/Ingress/Shop .* already"):
        made.add_alias("shop", zone, set_identifier="blue", weight=1)


def test_a_name_cannot_lead_to_load_balancers_of_two_clusters_unless_they_share_it() -> None:
    shop = in_ireland()
    zone = aws_route53.HostedZone.from_hosted_zone_attributes(
        shop.stack, "Zone", hosted_zone_id="Z0123456789ABCDEFGHIJ", zone_name="example.com"
    )
    stack = Stack(shop.app, "Virginia", env=Environment(account="111122223333", region="us-east-1"))
    other = EksIngress(stack, "Ingress", cluster=v2_imported(stack)).add_load_balancer("Shop", namespace="shop")
    balancer(shop).add_alias("shop", zone, set_identifier="ireland", region="eu-west-1")
    other.add_alias("shop", zone, set_identifier="virginia", region="us-east-1")
    with pytest.raises(Refused, match=r"leads to Shop/Ingress/Shop .* already"):
        other.add_alias("shop", zone, set_identifier="ireland", region="us-east-1")


def test_the_same_name_may_stand_in_a_public_and_in_a_private_zone() -> None:
    shop = in_ireland()
    inside = aws_route53.HostedZone.from_hosted_zone_attributes(
        shop.stack, "Inside", hosted_zone_id="Z0123456789ABCDEFGHIJ", zone_name="example.com"
    )
    made = balancer(shop)
    for zone in (zone_of(shop), inside):
        made.add_alias("shop", zone)
    found = [resource["Properties"]["HostedZoneId"] for resource in shop.resources().values() if resource["Type"] == RECORD]
    assert found == [{"Ref": "ZoneA5DE4B68"}, "Z0123456789ABCDEFGHIJ"]


def test_an_alias_that_no_route_serves_is_told_at_its_line_until_it_is_acknowledged() -> None:
    shop = in_ireland()
    made = balancer(shop)
    made.add_alias("ship", zone_of(shop))
    (message,) = (str(x.entry.data) for x in shop.app.synth().get_stack_by_name("Shop").messages)
    assert "EKI390" in message
    assert "the alias 'ship.example.com' leads to the load balancer, which has no rule for it." in message
    acknowledged = in_ireland()
    made = balancer(acknowledged)
    made.add_alias("ship", zone_of(acknowledged))
    made.acknowledge("EKI390", "the route comes with the next release")
    assert acknowledged.app.synth().get_stack_by_name("Shop").messages == []


def test_cfn_lint_finds_nothing_in_records_of_all_kinds(tmp_path: Path) -> None:
    for env in (None, IRELAND):
        shop = Shop(env=env, app=App(context=FLAGS, outdir=str(tmp_path / str(env is None))))
        zone = zone_of(shop)
        made = balancer(shop, ip_address_type=IpAddressType.DUALSTACK, scheme=Scheme.INTERNET_FACING)
        made.add_alias("shop", zone, evaluate_target_health=True, comment="the shop")
        made.add_alias("*", zone, set_identifier="blue", weight=1)
        mqtt(shop).add_alias("", zone)
        made.add_external_dns("shop.example.com", ttl=timedelta(minutes=5))
        stack = shop.app.synth().get_stack_by_name("Shop")
        assert lint(Path(stack.template_full_path)) == []


# ExternalDNS


def told(shop: Shop) -> dict[str, dict[str, str]]:
    """What each object is told for ExternalDNS, without prefix, where both prefixes say the same."""
    found = {}
    for made in shop.objects():
        said = made["metadata"]["annotations"]
        old, new = ({key.removeprefix(x): text for key, text in said.items() if key.startswith(x)} for x in (OLD, NEW))
        assert old == new
        found[made["metadata"]["name"]] = old
    return found


def test_names_for_external_dns_are_on_one_ingress_and_their_ttl_on_each() -> None:
    shop = in_ireland()
    made = balancer(shop)
    made.add_route("shop.example.com/api", Service("api", 80, health_check=HealthCheck(path="/healthz")))
    made.add_external_dns("shop.example.com", ttl=Duration.minutes(5))
    made.add_external_dns("*.example.com", "shop.example.com")
    found = told(shop)
    assert found.pop("shop") == {"hostname": "shop.example.com,*.example.com", "ttl": "300"}
    assert list(found.values()) == [{"ttl": "300"}]


def test_the_service_of_a_network_load_balancer_has_its_names() -> None:
    shop = in_ireland()
    made = mqtt(shop, service=NetworkService({"app": "mqtt"}, annotations={"note": "mine"}))
    made.add_external_dns("mqtt.example.com")
    assert told(shop) == {"mqtt": {"hostname": "mqtt.example.com"}}
    assert shop.ingress_object()["metadata"]["annotations"]["note"] == "mine"


def test_a_service_that_is_there_gets_its_names_too() -> None:
    shop = in_ireland()
    made = mqtt(shop, service=NetworkService.existing("mqtt"), scheme=Scheme.INTERNAL)
    made.add_external_dns("mqtt.example.com", prefix="dns.example.com/")
    (patch,) = (x["Properties"] for x in shop.resources().values() if x["Type"] == "Custom::AWSCDK-EKS-KubernetesPatch")
    assert json.loads(patch["ApplyPatchJson"])["metadata"]["annotations"]["dns.example.com/hostname"] == "mqtt.example.com"


def test_where_all_routes_are_of_others_a_part_bears_the_names() -> None:
    shop = in_ireland()
    made = shop.ingress.add_load_balancer("Shop", namespace="shop", labels={"team": "shop"}, annotations={"note": "all"})
    part = shop.ingress.load_balancer("Shop", Stack(shop.app, "Cart"), labels={"team": "cart"}, annotations={"more": "cart"})
    part.add_route("shop.example.com/cart", Service("cart", 80))
    made.add_external_dns("shop.example.com")
    (body,) = (json.loads(x["Properties"]["Manifest"])[0] for x in _applied(shop.app, "Cart"))
    assert body["metadata"]["labels"] == {"team": "cart"}
    said = {key: text for key, text in body["metadata"]["annotations"].items() if not key.startswith("alb.")}
    assert said == {"note": "all", "more": "cart", f"{OLD}hostname": "shop.example.com", f"{NEW}hostname": "shop.example.com"}


def _applied(app: App, stack: str) -> list[dict[str, Any]]:
    resources = app.synth().get_stack_by_name(stack).template["Resources"].values()
    return [made for made in resources if made["Type"] == "Custom::AWSCDK-EKS-KubernetesResource"]


@pytest.mark.parametrize(
    ("again", "reason"),
    [
        (
            {"ttl": timedelta(minutes=1)},
            "ttl '0:01:00' is not that of the names before, '0:05:00', and there is one for all of them.",
        ),
        ({"prefix": "a/"}, "prefix 'a/' is not that of the names before, None, and there is one for all of them."),
        (
            {"ttl": timedelta(0)},
            "ttl '0:00:00' must be a datetime.timedelta or a Duration of 1 s to 2147483647 s, in whole seconds.",
        ),
    ],
)
def test_there_is_one_ttl_and_one_prefix_for_all_names(again: dict[str, Any], reason: str) -> None:
    made = balancer(in_ireland())
    made.add_external_dns("a.example.com", ttl=timedelta(minutes=5))
    with pytest.raises(Refused) as refused:
        made.add_external_dns("b.example.com", **again)
    assert reasons(refused) == [reason]


def test_a_part_that_says_a_ttl_of_its_own_keeps_it() -> None:
    shop = in_ireland()
    made = balancer(shop)
    made.add_external_dns("a.example.com", ttl=timedelta(minutes=5))
    part = shop.ingress.load_balancer("Shop", Stack(shop.app, "Cart", env=IRELAND), annotations={f"{OLD}ttl": "60"})
    part.add_route("shop.example.com/cart", Service("cart", 80))
    ttls = [{k: v for k, v in x.annotations.items() if k.endswith("/ttl")} for x in shop.ingress.manifests()]
    assert ttls == [{f"{OLD}ttl": "300", f"{NEW}ttl": "300"}, {f"{OLD}ttl": "60"}]


def test_what_annotations_say_already_is_not_said_twice() -> None:
    made = balancer(in_ireland(), annotations={f"{OLD}hostname": "a.example.com"})
    with pytest.raises(Refused, match="hostname' is among `annotations` already"):
        made.add_external_dns("b.example.com")


def test_names_of_a_prefix_of_ones_own_add_up_beside_annotations_with_the_usual_one() -> None:
    made = balancer(in_ireland(), annotations={f"{OLD}hostname": "a.example.com"})
    made.add_external_dns("b.example.com", prefix="inside.example.com/")
    made.add_external_dns("c.example.com")
    (annotations,) = (manifest.annotations for manifest in made.manifests())
    told = {key: text for key, text in annotations.items() if key.endswith("/hostname")}
    assert told == {f"{OLD}hostname": "a.example.com", "inside.example.com/hostname": "b.example.com,c.example.com"}


# Labels and annotations


def test_labels_and_annotations_are_on_each_ingress_of_a_load_balancer() -> None:
    shop = in_ireland()
    made = balancer(shop, labels={"team": "shop"}, annotations={"argocd.argoproj.io/sync-wave": "5"})
    made.add_route("shop.example.com/api", Service("api", 80, health_check=HealthCheck(path="/healthz")))
    found = [body["metadata"] for body in shop.objects()]
    assert [x["labels"] for x in found] == [{"team": "shop"}] * 2
    assert [x["annotations"]["argocd.argoproj.io/sync-wave"] for x in found] == ["5"] * 2


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            {"annotations": {"alb.ingress.kubernetes.io/scheme": "internal"}},
            "annotation 'alb.ingress.kubernetes.io/scheme' is the controller's, and has a typed name.\n"
            "    Write `LoadBalancerSettings.scheme`: `eks-ingress annotations` lists them all.",
        ),
        ({"labels": {"a b": "c"}}, "key in labels, 'a b' is not the key of a label"),
        ({"annotations": {"a": 1}}, "annotations {'a': 1} are not texts by name."),
    ],
)
def test_what_are_no_labels_and_what_is_the_controllers_is_refused(said: dict[str, Any], told: str) -> None:
    shop = in_ireland()
    balancer(shop, **said)
    assert told in shop.refusal()
