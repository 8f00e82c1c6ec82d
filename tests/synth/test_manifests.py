"""Objects that are written already: they are planned and checked as those of typed words, and applied as they are."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cdk8s
import jsii
import pytest
from aws_cdk import Fn, IStableAnyProducer, Lazy, NestedStack, Stack, Token, aws_s3
from aws_cdk.assertions import Annotations, Match
from constructs import Construct

from eks_ingress import EksIngress, Ingress, IngressPath, IngressRule, KubernetesManifests, Refused, Service
from eks_ingress.routing.names import PREFIX
from tests.synth.apps import Shop, kubernetes_objects, new_app, v2_imported
from tests.synth.graph import Graph

HERE = r"\([^ ]*tests/synth/test_manifests\.py:\d+\)"

INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
  annotations:
    alb.ingress.kubernetes.io/target-type: ip
spec:
  ingressClassName: alb
  rules:
    - http:
        paths:
          - path: /
            pathType: Prefix
            backend: {service: {name: web, port: {number: 80}}}
"""
REST = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web, image: "nginx:1.29"}]}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80}]}
"""


@pytest.fixture
def k8s(tmp_path: Path) -> Path:
    folder = tmp_path / "k8s"
    folder.mkdir()
    return folder


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")


def config(name: str = "settings", namespace: str | None = "shop", **data: Any) -> dict[str, Any]:
    metadata = {"name": name} if namespace is None else {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def ingress(name: str = "web", **said: Any) -> dict[str, Any]:
    path = {"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "web", "port": {"number": 80}}}}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": name, "namespace": "shop", "annotations": {PREFIX + key: text for key, text in said.items()}},
        "spec": {"ingressClassName": "alb", "rules": [{"http": {"paths": [path]}}]},
    }


def chart() -> cdk8s.Chart:
    return cdk8s.Chart(cdk8s.App(), "Chart", namespace="shop")


def text_of(shop: Shop, logical_id: str) -> Any:
    return shop.resources()[logical_id]["Properties"]["Manifest"]


# What goes in comes out


def test_a_file_is_planned_and_applied_an_object_a_resource(k8s: Path) -> None:
    write(k8s, all=f"{INGRESS}---\n{REST}")
    shop = Shop()
    shop.ingress.add_manifests("Legacy", k8s / "all.yaml")
    (balancer,) = shop.ingress.plan().load_balancers
    assert str(balancer.listeners[0].rules[0].action) == "Service shop/web:80"
    assert sorted(body["kind"] for body in shop.objects()) == ["Deployment", "Ingress", "Namespace", "Service"]


def test_what_is_none_of_ours_goes_along_untouched(k8s: Path) -> None:
    write(k8s, deployment=REST.split("---\n")[1])
    shop = Shop()
    shop.ingress.add_manifests("Legacy", k8s)
    assert shop.objects() == [
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "web", "namespace": "shop"},
            "spec": {
                "selector": {"matchLabels": {"app": "web"}},
                "template": {
                    "metadata": {"labels": {"app": "web"}},
                    "spec": {"containers": [{"name": "web", "image": "nginx:1.29"}]},
                },
            },
        }
    ]


def test_an_object_of_an_api_that_has_a_kind_of_the_same_name_is_applied_and_not_planned() -> None:
    shop = Shop()
    knative = {"apiVersion": "serving.knative.dev/v1", "kind": "Service", "metadata": {"name": "web", "namespace": "shop"}}
    plain = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "shop"}}
    shop.ingress.add_manifests("Legacy", knative, {**plain, "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]}})
    assert [body["apiVersion"] for body in shop.objects()] == ["serving.knative.dev/v1", "v1"]


def test_a_service_with_a_load_balancer_of_its_own_is_planned() -> None:
    shop = Shop()
    metadata = {
        "name": "mail",
        "namespace": "shop",
        "annotations": {"service.beta.kubernetes.io/aws-load-balancer-scheme": "internal"},
    }
    spec = {
        "type": "LoadBalancer",
        "loadBalancerClass": "service.k8s.aws/nlb",
        "selector": {"app": "mail"},
        "ports": [{"port": 25}],
    }
    shop.ingress.add_manifests("Legacy", {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec})
    assert len(shop.ingress.plan().network_load_balancers) == 1


def test_a_binding_of_a_target_group_is_checked_and_comes_after_its_service(k8s: Path) -> None:
    binding = """\
apiVersion: elbv2.k8s.aws/v1beta1
kind: TargetGroupBinding
metadata: {name: blue, namespace: shop}
spec:
  serviceRef: {name: web, port: 80}
  targetGroupARN: arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/blue/0123456789abcdef
"""
    write(k8s, all=f"{binding}---\n{REST}")
    shop = Shop()
    shop.ingress.add_manifests("Legacy", k8s)
    graph = Graph(shop.app)
    (node,) = (node for node in graph.types if node[1].startswith("IngressShopTargetGroupBindingBlue"))
    assert any(name.startswith("IngressShopServiceWeb") for _, name in graph.waits_for(node))
    write(k8s, all=binding.replace("port: 80", "prt: 80"))
    wrong = Shop()
    wrong.ingress.add_manifests("Legacy", k8s)
    assert (
        f"EKI110 error  Shop/Ingress/Legacy  ({k8s}/all.yaml:5)\n    TargetGroupBinding shop/blue: spec.serviceRef"
        in wrong.refusal()
    )


def test_an_object_without_namespace_is_planned_in_default_and_applied_as_it_is_written() -> None:
    shop = Shop()
    body = ingress()
    del body["metadata"]["namespace"]
    shop.ingress.add_manifests("Legacy", body)
    assert shop.ingress.plan().load_balancers[0].members == ("default/web",)
    assert shop.objects() == [body]


def test_lists_of_sources_are_as_good_as_the_sources(k8s: Path) -> None:
    write(k8s, web=INGRESS)
    shop = Shop()
    shop.ingress.add_manifests("Legacy", [k8s / "web.yaml", (config("a"), None)], iter([config("b")]))
    assert sorted(body["metadata"]["name"] for body in shop.objects()) == ["a", "b", "web"]


def test_objects_that_are_there_already_are_taken_over_where_that_is_said() -> None:
    shop = Shop()
    shop.ingress.add_manifests("Ours", config("a"))
    shop.ingress.add_manifests("Theirs", config("b"), take_over=True)
    found = {name: x["Properties"].get("Overwrite") for name, x in shop.resources().items() if "ConfigMap" in name}
    assert sorted(map(str, found.values())) == ["None", "True"]


def test_a_plan_of_a_load_balancer_knows_what_others_wrote() -> None:
    shop = Shop()
    made = shop.ingress.add_load_balancer("Shop", namespace="shop", group_name="shared")
    made.add_route("/", Service("web", 80))
    shop.ingress.add_manifests("Legacy", ingress("legacy", **{"group.name": "shared"}))
    assert sorted(made.plan.members) == ["shop/legacy", "shop/shop"]


# Names and order


def test_logical_ids_tell_kinds_and_apis_apart_and_those_of_ingresses_are_what_they_were() -> None:
    shop = Shop()
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "shop"}}
    spec = {"selector": {"app": "web"}, "ports": [{"port": 80}]}
    shop.ingress.add_manifests(
        "Legacy",
        ingress(),
        {**service, "spec": spec},
        {**service, "apiVersion": "serving.knative.dev/v1"},
        config(namespace=None),
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}},
    )
    named = {
        name for name in shop.resources() if not name.startswith(("IngressChart", "IngressGuard", "IngressPolicy", "IngressRole"))
    }
    assert named == {
        "IngressShopWeb97375646",
        "IngressShopServiceWeb33B26EEB",
        "IngressShopServiceServingKnativeDevWebD0E56728",
        "IngressDefaultConfigMapSettings2667A718",
        "IngressNamespaceShop9E38EC2E",
    }
    other = Shop()
    kind = IngressRule(None, [IngressPath("/", "Prefix", Service("web", 80))])
    other.ingress.add_ingress("Web", Ingress(namespace="shop", rules=[kind]))
    assert "IngressShopWeb97375646" in other.resources()


def test_writing_the_default_namespace_down_renames_nothing() -> None:
    names = []
    for namespace in (None, "default"):
        shop = Shop()
        shop.ingress.add_manifests("Legacy", config(namespace=namespace))
        names.append({name for name in shop.resources() if "ConfigMap" in name})
    assert names[0] == names[1]
    assert len(names[0]) == 1


def test_the_order_is_that_in_which_they_need_each_other_and_on_destroy_the_other_way_round(k8s: Path) -> None:
    shop = Shop()
    write(k8s, all=f"{INGRESS}---\n{REST}")
    of_class = {"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": "theirs"}}
    shop.ingress.add_manifests(
        "Legacy", k8s, config(), {**of_class, "spec": {"controller": "ingress.k8s.aws/alb"}}, ingress("second")
    )
    graph = Graph(shop.app)
    (release,) = graph.of_type("Custom::AWSCDK-EKS-HelmChart")

    def named(beginning: str) -> tuple[str, str]:
        (found,) = (node for node in graph.types if node[1].startswith(beginning))
        return found

    namespace, of_class_ = named("IngressNamespaceShop"), named("IngressIngressClassTheirs")
    foreign = {named("IngressShopDeployment"), named("IngressShopService"), named("IngressShopConfigMap")}
    for node in (named("IngressShopWeb"), named("IngressShopSecond")):
        assert {release, namespace, *foreign, of_class_} <= graph.waits_for(node)
        assert node in graph.gone_before(release)
    for node in foreign:
        assert namespace in graph.waits_for(node)
        assert of_class_ in graph.gone_before(node)


def test_there_are_no_more_lines_of_order_than_objects_need() -> None:
    shop = Shop()
    shop.ingress.add_manifests(
        "Legacy", [config(f"c{n}") for n in range(20)], [ingress(f"i{n}", **{"group.order": str(n)}) for n in range(20)]
    )
    waits = [x["DependsOn"] for name, x in shop.resources().items() if name.startswith("IngressShop")]
    assert sum(len(x) - 1 for x in waits) == 39  # beside the guard


def test_what_is_taken_out_is_one_resource_less_and_the_others_stay_what_they_were() -> None:
    def resources(*names: str) -> dict[str, Any]:
        shop = Shop()
        shop.ingress.add_manifests("Legacy", [config(name) for name in names])
        return shop.resources()

    before, after = resources("a", "b", "c"), resources("a", "c")
    (gone,) = before.keys() - after.keys()
    assert gone.startswith("IngressShopConfigMapB")
    assert {name: before[name] for name in after} == after


def test_a_path_is_relative_to_the_working_directory(k8s: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(k8s, web=INGRESS.replace("path: /", "path: a"))
    shop = Shop()
    monkeypatch.chdir(k8s.parent)
    shop.ingress.add_manifests("Legacy", "k8s/web.yaml")
    assert "error  Shop/Ingress/Legacy  (k8s/web.yaml:13)\n    Ingress shop/web: spec.rules[0]" in shop.refusal()


def test_they_may_be_in_another_stack() -> None:
    shop = Shop()
    bucket = aws_s3.Bucket(shop.stack, "Logs")
    team = Stack(shop.app, "Team")
    made = KubernetesManifests(team, "Legacy", shop.ingress, config(bucket=bucket.bucket_name), ingress())
    assert made.node.path == "Team/Legacy"
    assert len(shop.ingress.plan().load_balancers) == 1
    graph = Graph(shop.app)
    assert graph.of_type("Custom::AWSCDK-EKS-HelmChart") <= graph.waits_for(("Team", "IngressShopWeb97375646"))
    resources = shop.app.synth().get_stack_by_name("Team").template["Resources"]
    found = {body["kind"]: body for body in kubernetes_objects(resources)}
    assert found.keys() == {"ConfigMap", "Ingress"}
    assert "Logs6819BB44" in found["ConfigMap"]["data"]["bucket"]


# cdk8s and tokens


def config_in(chart: cdk8s.Chart, name: str, **data: object) -> cdk8s.ApiObject:
    metadata = cdk8s.ApiObjectMetadata(name=name)
    made = cdk8s.ApiObject(chart, name, api_version="v1", kind="ConfigMap", metadata=metadata)
    made.add_json_patch(cdk8s.JsonPatch.add("/data", data))
    return made


def test_what_is_added_to_a_chart_later_is_not_lost() -> None:
    shop = Shop()
    made = chart()
    shop.ingress.add_manifests("Legacy", made)
    assert shop.ingress.plan().load_balancers == ()
    body = ingress()
    metadata = cdk8s.ApiObjectMetadata(name="web")
    late = cdk8s.ApiObject(made, "Ingress", api_version=body["apiVersion"], kind="Ingress", metadata=metadata)
    late.add_json_patch(cdk8s.JsonPatch.add("/spec", body["spec"]))
    assert len(shop.ingress.plan().load_balancers) == 1
    config_in(made, "later")
    assert sorted(body["kind"] for body in shop.objects()) == ["ConfigMap", "Ingress"]


@pytest.mark.parametrize("part", ["app", "chart", "object", "construct"])
def test_all_that_cdk8s_has_is_taken(part: str) -> None:
    app = cdk8s.App()
    outer = cdk8s.Chart(app, "Outer", namespace="shop")
    inner = cdk8s.Chart(outer, "Inner", namespace="shop")
    construct = Construct(inner, "Part")
    metadata = cdk8s.ApiObjectMetadata(name="settings")
    made = cdk8s.ApiObject(construct, "Settings", api_version="v1", kind="ConfigMap", metadata=metadata)
    shop = Shop()
    source = {"app": app, "chart": outer, "object": made, "construct": construct}[part]
    shop.ingress.add_manifests("Legacy", source)
    assert [body["metadata"]["name"] for body in shop.objects()] == ["settings"]


def test_tokens_in_texts_are_references_in_the_template() -> None:
    shop = Shop()
    bucket = aws_s3.Bucket(shop.stack, "Logs")
    made = chart()
    config_in(made, "charted", a=f"s3://{bucket.bucket_name}/x")
    attributes = f"access_logs.s3.enabled=true,access_logs.s3.bucket={bucket.bucket_name}"
    shop.ingress.add_manifests("Legacy", made, ingress(**{"load-balancer-attributes": attributes}), config(a=bucket.bucket_arn))
    found = {body["metadata"]["name"]: body for body in shop.objects()}
    said = found["web"]["metadata"]["annotations"][f"{PREFIX}load-balancer-attributes"]
    assert said == "access_logs.s3.enabled=true,access_logs.s3.bucket=<Logs6819BB44>"
    assert found["settings"]["data"] == {"a": "<Logs6819BB44.Arn>"}
    assert found["charted"]["data"] == {"a": "s3://<Logs6819BB44>/x"}


def test_a_name_that_is_known_only_at_deploy_time_makes_a_logical_id_that_stays() -> None:
    def names(*before: str) -> set[str]:
        shop = Shop()
        for name in before:
            _ = aws_s3.Bucket(shop.stack, name).bucket_arn
        shop.ingress.add_manifests("Legacy", config(aws_s3.Bucket(shop.stack, "Logs").bucket_name))
        return {name for name in shop.resources() if "ConfigMap" in name}

    assert names() == names("One", "Two")


@jsii.implements(cdk8s.IAnyProducer)
class _Cdk8sProducer:
    def produce(self) -> str:
        return "later"


@jsii.implements(IStableAnyProducer)
class _CdkProducer:
    def produce(self) -> str:
        return "later"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (
            lambda: Fn.get_att("Logs", "Arn"),
            "is '<unresolved-token>': cdk8s was given a value of the CDK that is known only",
        ),
        (
            lambda: Lazy.any(_CdkProducer()),
            "is '<unresolved-lazy>': cdk8s was given a value of the CDK that is known only",
        ),
        (lambda: cdk8s.Lazy.any(_Cdk8sProducer()), "is a Lazy of cdk8s, which cdk8s does not resolve here."),
        (lambda: Token.as_number(Fn.get_att("Logs", "Arn")), "is a number that is known only at deploy time."),
        (lambda: Token.as_list(Fn.get_att("Logs", "Arn")), "[0] is a list that is known only at deploy time."),
    ],
)
def test_what_cdk8s_would_make_something_else_of_is_refused(value: Callable[[], Any], reason: str) -> None:
    shop = Shop()
    made = chart()
    config_in(made, "settings", a=value())
    shop.ingress.add_manifests("Legacy", made)
    assert re.search(
        rf"error  Shop/Ingress/Legacy  {HERE}\n +ConfigMap shop/settings: data\.a ?{re.escape(reason)}", shop.refusal()
    )


def test_a_value_of_the_cdk_in_a_dict_is_refused() -> None:
    shop = Shop()
    shop.ingress.add_manifests("Legacy", config(a=Fn.get_att("Logs", "Arn")))
    assert re.search(
        rf"error  Shop/Ingress/Legacy  {HERE}\n"
        r" +ConfigMap shop/settings: data\.a is a value of the CDK that is known only at deploy time, and no text\.\n"
        r" +Write a text with the token in it: `Token\.as_string",
        shop.refusal(),
    )


def test_a_chart_below_a_stack_is_refused() -> None:
    shop = Shop()
    shop.ingress.add_manifests("Legacy", cdk8s.Chart(shop.stack, "Chart"))
    assert "'Shop/Chart' is below no cdk8s.App, and cdk8s can make nothing of it.\n" in shop.refusal()


def test_a_token_that_was_written_into_a_file_is_refused(k8s: Path) -> None:
    shop = Shop()
    write(k8s, a=json.dumps(config(a=f"s3://{aws_s3.Bucket(shop.stack, 'Logs').bucket_name}")))
    shop.ingress.add_manifests("Legacy", k8s)
    assert f"({k8s}/a.yaml:1)\n    ConfigMap shop/settings: has a token of the CDK in it, which means" in shop.refusal()


def test_anchors_lists_and_several_documents_are_read(k8s: Path) -> None:
    first = "kind: ConfigMap\n    apiVersion: v1\n    metadata: {name: a}\n    data: &data {x: '1'}\n"
    second = "kind: ConfigMap\n    apiVersion: v1\n    metadata: {name: b}\n    data: {<<: *data, z: '2'}\n"
    write(k8s, a=f"apiVersion: v1\nkind: List\nitems:\n  - {first}  - {second}---\n{INGRESS}")
    shop = Shop()
    shop.ingress.add_manifests("Legacy", k8s)
    found = {body["metadata"]["name"]: body.get("data") for body in shop.objects()}
    assert found == {"a": {"x": "1"}, "b": {"x": "1", "z": "2"}, "web": None}


def test_an_empty_chart_is_refused() -> None:
    shop = Shop()
    shop.ingress.add_manifests("Legacy", chart())
    assert "'Chart' holds no Kubernetes object.\n    Add objects to it, or leave it out." in shop.refusal()


# What is wrong


def test_all_that_is_wrong_is_told_at_once_with_file_and_line(k8s: Path) -> None:
    write(
        k8s,
        broken="apiVersion: v1\nkind: ConfigMap\nmetadata:\n\tname: a\n",
        kustomization="resources: [a.yaml]\n",
        template="apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n",
        shape=INGRESS.replace("target-type: ip", "target-type: 5").replace("name: web\n  namespace", "name: one\n  namespace"),
        meaning=INGRESS.replace("target-type: ip", "scheme: public").replace("name: web\n  namespace", "name: two\n  namespace"),
    )
    shop = Shop()
    shop.ingress.add_manifests("Legacy", k8s, k8s / "gone.yaml")
    told = re.findall(r"error  Shop/Ingress/Legacy  \((.+?)\)\n +(.+)\n +(.+)", shop.refusal())
    assert told == [
        (f"{k8s}/broken.yaml:4", "has a tab where YAML takes spaces only.", "Indent with spaces."),
        (
            f"{k8s}/kustomization.yaml:1",
            "has no apiVersion, as each Kubernetes object has.",
            "Build it first (`kustomize build`), and give what comes out.",
        ),
        (
            f"{k8s}/template.yaml:4",
            "looks like a Helm template, which is no YAML before it is rendered.",
            "Render it first (`helm template`), and give what comes out.",
        ),
        (
            f"{k8s}/shape.yaml:7",
            f"Ingress shop/one: annotation {PREFIX}target-type is 5, where Kubernetes takes a text.",
            "Put it in quotes.",
        ),
        (f"{k8s}/gone.yaml", "cannot be read: No such file or directory.", "Check the name."),
        (
            f"{k8s}/meaning.yaml:7",
            f"Ingress shop/two: annotation {PREFIX}scheme is 'public', and must be one of internal, internet-facing.",
            "Correct the value.",
        ),
    ]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ((), "there are no objects."),
        (([], None), "there are no objects."),
        ((7,), "7 is of the type int, which holds no Kubernetes object."),
        (("apiVersion: v1\nkind: ConfigMap\n",), "a source is a text of several lines, where the path of a file is meant."),
        (
            ({"apiVersion": "v1", "kind": "ConfigMap"},),
            "ConfigMap: has no name, without which it can neither be changed nor deleted.",
        ),
        (
            ({"apiVersion": "kustomize.config.k8s.io/v1beta1", "kind": "Kustomization", "metadata": {"name": "a"}},),
            "Kustomization a: is what objects are made from, and none of a cluster.",
        ),
        (
            ({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}},),
            "Namespace default: is there in each cluster, and can be neither made nor deleted.",
        ),
        (
            ({**config(), "metadata": {"name": "a", "resourceVersion": "7"}},),
            "ConfigMap a: metadata.resourceVersion is that of an object in a cluster, with which none can be created.",
        ),
        (
            ({**config(), "metadata": {"name": "a", "labels": {"on": True}}},),
            "ConfigMap a: label on is true, where Kubernetes takes a text.",
        ),
    ],
)
def test_what_cannot_be_applied_is_refused(source: tuple[Any, ...], reason: str) -> None:
    shop = Shop()
    shop.ingress.add_manifests("Legacy", *source)
    assert re.search(rf"error  Shop/Ingress/Legacy  {HERE}\n +{re.escape(reason)}\n", shop.refusal())


def test_a_finding_is_acknowledged_in_the_object_or_on_the_construct() -> None:
    def warnings(**said: str) -> tuple[Shop, KubernetesManifests]:
        shop = Shop()
        body = ingress(**{"load-balancer-attributes": "deletion_protection.enabled=true"})
        body["metadata"]["annotations"] |= said
        return shop, shop.ingress.add_manifests("Legacy", body)

    for acknowledged, found in ((True, 0), (False, 1)):
        shop, made = warnings()
        if acknowledged:
            made.acknowledge("EKI333", "on purpose")
        assert len(Annotations.from_stack(shop.stack).find_warning("*", Match.string_like_regexp("EKI333"))) == found
    shop, _ = warnings(**{"eks-ingress/acknowledge.EKI333": "on purpose"})
    assert Annotations.from_stack(shop.stack).find_warning("*", Match.string_like_regexp("EKI333")) == []


# Written twice


def test_an_object_in_two_files_is_refused_with_both_lines(k8s: Path) -> None:
    write(k8s, a=INGRESS, b=f"{REST}---\n{INGRESS}")
    shop = Shop()
    shop.ingress.add_manifests("Legacy", k8s)
    assert (
        f"EKI421 error  Shop/Ingress/Legacy  ({k8s}/b.yaml:{REST.count(chr(10)) + 2})\n"
        f"    Ingress 'shop/web' belongs to Shop/Ingress/Legacy  ({k8s}/a.yaml:1) as well.\n"
        "    Remove one of them, or give it another name or namespace."
    ) in shop.refusal()


def test_an_object_that_a_load_balancer_makes_as_well_is_refused(k8s: Path) -> None:
    write(k8s, web=INGRESS)
    shop = Shop()
    shop.ingress.add_load_balancer("Web", namespace="shop").add_route("/", Service("web", 80))
    KubernetesManifests(Stack(shop.app, "Team"), "Legacy", shop.ingress, k8s)
    assert re.search(
        rf"error  Team/Legacy  \({k8s}/web\.yaml:1\)\n +Ingress 'shop/web' belongs to Shop/Ingress/Web  {HERE} as well\.\n",
        shop.refusal(),
    )


@pytest.mark.parametrize(
    "body",
    [
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "IngressClass",
            "metadata": {"name": "alb"},
            "spec": {"controller": "a.b/c"},
        },
        {"apiVersion": "elbv2.k8s.aws/v1beta1", "kind": "IngressClassParams", "metadata": {"name": "alb"}},
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": "aws-load-balancer-controller", "namespace": "kube-system"},
        },
        {
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": "targetgroupbindings.elbv2.k8s.aws"},
        },
    ],
)
def test_what_comes_with_the_controller_is_refused(body: dict[str, Any]) -> None:
    shop = Shop()
    shop.ingress.add_manifests("Legacy", body)
    refusal = shop.refusal()
    assert re.search(rf"EKI421 error  Shop/Ingress/Legacy  {HERE}\n +{body['kind']} '.*' belongs to Shop/Ingress  ", refusal)
    assert "Take it out: it comes with the controller, or must be there before it." in refusal


def test_a_file_that_is_named_twice_is_read_once(k8s: Path) -> None:
    write(k8s, web=INGRESS)
    shop = Shop()
    shop.ingress.add_manifests("Legacy", k8s, k8s / "web.yaml")
    assert [body["kind"] for body in shop.objects()] == ["Ingress"]


def test_what_the_cluster_itself_was_given_is_seen_in_the_synthesized_app(capsys: pytest.CaptureFixture[str]) -> None:
    from eks_ingress.cli import main  # noqa: PLC0415

    shop = Shop()
    shop.cluster.add_manifest("Theirs", config())
    shop.ingress.add_manifests("Legacy", config())
    assert main(["check", shop.app.synth().directory]) == 1
    assert "EKI421 error: ConfigMap 'shop/settings' belongs to ClustermanifestTheirs" in capsys.readouterr().out


def test_an_id_that_is_taken_is_refused() -> None:
    shop = Shop()
    with pytest.raises(Refused, match=r"id 'Chart' is taken in Shop/Ingress, by something that was made before\.") as refused:
        shop.ingress.add_manifests("Chart", config())
    assert str(refused.value.problems[0].source).startswith("Shop/Ingress")


def test_objects_of_two_clusters_may_be_the_same() -> None:
    app = new_app()
    for name in ("Blue", "Green"):
        stack = Stack(app, name)
        EksIngress(stack, "Ingress", cluster=v2_imported(stack, cluster_name=name)).add_manifests("Legacy", config())
    assert len(app.synth().stacks) == 2


# Room


def test_an_object_that_could_not_be_updated_is_refused() -> None:
    shop = Shop()
    shop.ingress.add_manifests("Legacy", config(a="x" * 130_000))
    refusal = shop.refusal()
    assert re.search(
        rf"EKI420 error  Shop/Ingress/Legacy  {HERE}\n"
        r" +ConfigMap shop/settings has 130,\d+ characters, which make an event of some 264,\d+ bytes\. CloudFormation sends",
        refusal,
    )


def test_it_is_not_where_somebody_knows_better() -> None:
    shop = Shop()
    shop.ingress.add_manifests("Legacy", config(a="x" * 130_000)).acknowledge("EKI420", "Lambda takes 1 MB here")
    assert len(shop.objects()) == 1


def test_a_stack_with_hardly_any_room_is_told_in_time_and_a_full_one_refused() -> None:
    def with_objects(count: int) -> Shop:
        shop = Shop()
        NestedStack(shop.stack, "Nested").node.add_metadata("a", "b")
        shop.ingress.add_manifests("Legacy", [config(f"c{n}") for n in range(count)])
        return shop

    roomy, tight = with_objects(390), with_objects(397)
    assert Annotations.from_stack(roomy.stack).find_warning("*", Match.string_like_regexp("EKI422")) == []
    (found,) = Annotations.from_stack(tight.stack).find_warning("*", Match.string_like_regexp("EKI422"))
    resources = len(tight.resources())
    assert f"the template of Shop has {resources} resources, {resources * 100 // 500} % of 500." in str(found.entry.data)
    assert re.search(
        rf"EKI422 error  Shop/Ingress/Legacy  {HERE}\n"
        r" +the template of Shop has 50\d resources, more than the 500 that there may be\. .*\n"
        r" +Make load balancers and manifests in another stack",
        with_objects(500).refusal(),
    )


def test_bytes_are_told_before_they_are_too_many_within_a_few_per_cent() -> None:
    shop = Shop()
    shop.ingress.add_manifests("Legacy", [config(f"c{n}", a="x" * 30_000) for n in range(30)])
    (found,) = Annotations.from_stack(shop.stack).find_warning("*", Match.string_like_regexp("EKI422"))
    told = re.search(r"has about ([\d,]+) bytes", str(found.entry.data))
    assert told is not None
    size = Path(shop.app.synth().get_stack_by_name("Shop").template_full_path).stat().st_size
    assert abs(int(told[1].replace(",", "")) - size) < size * 0.03
    full = Shop()
    full.ingress.add_manifests("Legacy", [config(f"c{n}", a="x" * 60_000) for n in range(18)])
    assert re.search(r"the template of Shop has about 1,0\d\d,\d+ bytes, more than the 1,000,000", full.refusal())


# The command line


def test_the_command_line_finds_the_same_in_the_same_files(k8s: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from eks_ingress.cli import main  # noqa: PLC0415

    write(
        k8s,
        broken="apiVersion: v1\nkind: ConfigMap\nmetadata:\n\tname: a\n",
        one=INGRESS.replace("target-type: ip", "scheme: public").replace("name: web\n  namespace", "name: one\n  namespace"),
        two=INGRESS.replace("target-type: ip", "target-typ: ip").replace("name: web\n  namespace", "name: two\n  namespace"),
        three=INGRESS.replace("path: /", "path: a").replace("name: web\n  namespace", "name: three\n  namespace"),
    )
    shop = Shop()
    shop.ingress.add_manifests("Legacy", k8s)
    refusal = shop.refusal()
    assert main(["check", str(k8s), "--format", "json"]) == 2
    told = json.loads(capsys.readouterr().out)
    errors = [x for x in [*told["findings"], *told["unread"]] if x["severity"] == "error"]
    assert len(errors) >= 3
    for found in errors:
        place = f"error  Shop/Ingress/Legacy  ({found['file']}:{found['line']})\n    {found['message']}"
        assert f"{found['id']} {place}" if found["id"] else place in refusal
    assert refusal.count("error  Shop/Ingress/Legacy") == len(errors)
