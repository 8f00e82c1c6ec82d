"""What the commands about a plan read: files, folders, standard input, and synthesized apps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import LATE, SHOP, Shell
from tests.manifests.assemblies import applied, ingress, installed, template, write_assembly, write_manifest
from tests.users import ordinary_user


def app(folder: Path, **stacks: Any) -> None:
    """A synthesized app with a cluster `prod`, whose controller is installed by the app."""
    chart = installed({"defaultTargetType": "ip", "clusterName": "prod"})
    write_assembly(folder, **(stacks or {"Shop": template(Chart=chart, A=applied([ingress("web")]))}))


def groups(out: str) -> list[str]:
    """The load balancers of a plan, behind their cluster if it is named."""
    return [line.removeprefix("Load balancer ") for line in out.splitlines() if line.startswith(("Load balancer ", "Cluster "))]


# A synthesized app.


def test_a_plan_is_shown_for_each_cluster_and_then_the_templates(shell: Shell) -> None:
    app(
        shell.folder / "app",
        Shop=template(
            Chart=installed({"defaultTargetType": "ip"}),
            A=applied([ingress("web", paths=[("/", "web"), ("/api", "api")])]),
            B=applied([ingress("test")], cluster="test"),
        ),
    )
    assert shell.run("plan", "app") == (
        0,
        """\
Cluster prod

Load balancer shop/web, internal
  made of Ingress shop/web
  name  k8s-shop-web-ffb4a5f1ff

  HTTP 80
    rule  host  path          then
    1     any   /api, /api/*  Service shop/api:80 (ip targets)
    2     any   /*            Service shop/web:80 (ip targets)
    else  any   any           answer 404

Cluster test

Load balancer shop/test, internal
  made of Ingress shop/test
  name  k8s-shop-test-d8bd2da184

  HTTP 80
    rule  host  path  then
    1     any   /*    Service shop/web:80 (instance targets)
    else  any   any   answer 404

Stack Shop: app/Shop.template.json
""",
        "",
    )
    found = shell.json("plan", "app")["clusters"]
    assert [(x["cluster"], [y["id"] for y in x["load_balancers"]]) for x in found] == [
        ("prod", ["shop/web"]),
        ("test", ["shop/test"]),
    ]


def test_the_app_is_looked_for_where_cdk_writes_it(shell: Shell) -> None:
    app(shell.folder / "cdk.out")
    assert shell.run("plan")[1].endswith("\n\nStack Shop: cdk.out/Shop.template.json\n")
    assert shell.run("check")[:2] == (0, "")
    assert shell.run("match", "--url", "http://a.example.com/")[1].startswith("Service shop/web:80\n")
    shell.write("requests.yaml", "- {url: http://a.example.com/, expect: {service: shop/web:80}}\n")
    assert shell.run("test", "requests.yaml")[0] == 0


@pytest.mark.parametrize("command", [["plan"], ["check"], ["match", "--url", "http://a.example.com/"]])
def test_without_an_app_there_is_nothing_to_look_at(shell: Shell, command: list[str]) -> None:
    code, out, err = shell.run(*command)
    assert code == 2
    assert "'cdk.out' is no cloud assembly: it has no manifest.json." in out + err


def test_an_app_without_clusters_has_no_load_balancers(shell: Shell) -> None:
    app(shell.folder / "app", Shop=template())
    assert shell.run("plan", "app") == (0, "Stack Shop: app/Shop.template.json\n", "")
    assert shell.run("check", "app") == (0, "", "Nothing found.\n")
    assert shell.run("match", "app", "--url", "http://a.example.com/") == (
        2,
        "",
        "there is nothing to plan.\n    Name files with manifests.\n",
    )


def test_findings_of_an_app_name_its_constructs(shell: Shell) -> None:
    app(shell.folder / "app", Shop=template(A=applied([ingress(scheme="public")], path="Shop/Web/Resource/Default")))
    code, out, _ = shell.run("check", "app")
    assert code == 1
    assert out.startswith("Shop/Web: EKI201 error: Ingress shop/web: annotation ")
    assert shell.json("check", "app")["findings"][0]["file"] == "app/Shop.template.json"


def test_what_kubernetes_would_not_take_of_an_app_is_told(shell: Shell) -> None:
    app(shell.folder / "app", Shop=template(A=applied([{**ingress(), "spec": {"rules": 5}}])))
    code, out, _ = shell.run("check", "app")
    assert (code, out.startswith("Shop/Manifest: EKI110 error: Ingress shop/web: spec.rules is 5")) == (1, True)


def test_one_refused_cluster_of_two_is_enough_to_fail(shell: Shell) -> None:
    both = template(A=applied([ingress(scheme="public")], cluster="a"), B=applied([ingress()], cluster="b"))
    app(shell.folder / "app", Shop=both)
    assert shell.run("plan", "app")[0] == 1
    assert shell.run("check", "app")[0] == 1


def test_one_cluster_of_several_can_be_chosen(shell: Shell) -> None:
    both = template(A=applied([ingress("a")], cluster="a"), B=applied([ingress("b")], cluster="b"))
    app(shell.folder / "app", Shop=both)
    assert groups(shell.run("plan", "app", "--cluster-name", "b")[1]) == ["Cluster b", "shop/b, internal"]
    arguments = ("match", "app", "--url", "http://a.example.com/")
    assert shell.run(*arguments) == (2, "", "there are several clusters: 'a', 'b'.\n    Choose one with --cluster-name.\n")
    assert "shop/b, HTTP 80" in shell.run(*arguments, "--cluster-name", "b")[1]
    assert shell.run("check", "app", "--cluster-name", "c") == (
        2,
        "app: error: has no cluster 'c'. Write one of a, b.\n",
        "Nothing found; 1 place could not be read.\n",
    )


def test_a_cluster_that_cloudformation_names_can_be_given_its_name(shell: Shell) -> None:
    app(shell.folder / "app", Shop=template(A=applied([ingress("a")], cluster={"Ref": "Cluster123"})))
    assert groups(shell.run("plan", "app")[1])[0] == "Cluster ${Cluster123}"
    _, out, _ = shell.run("plan", "app", "--cluster-name", "prod")
    assert groups(out)[0] == "Cluster prod"
    assert "  name  k8s-shop-a-" in out


def test_the_values_of_the_chart_can_be_others(shell: Shell) -> None:
    app(shell.folder / "app")
    shell.write("values.yaml", "defaultTargetType: instance\n")
    assert "(ip targets)" in shell.run("plan", "app")[1]
    assert "(instance targets)" in shell.run("plan", "app", "--controller", "values.yaml")[1]
    unclassed = ingress("web")
    del unclassed["spec"]["ingressClassName"]
    app(shell.folder / "app", Shop=template(A=applied([unclassed])))
    assert groups(shell.run("plan", "app")[1]) == ["Cluster prod"]
    assert groups(shell.run("plan", "app", "--class-default", "mine")[1]) == ["Cluster prod", "shop/web, internal"]


@pytest.mark.parametrize(
    "manifest",
    [
        {"artifacts": []},
        {"artifacts": {"Shop": []}},
        {"artifacts": {"Shop": {"type": "aws:cloudformation:stack"}}},
        {"artifacts": {"Shop": {"type": "aws:cloudformation:stack", "properties": {"templateFile": 5}}}},
        {"artifacts": {"Shop": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "."}}}},
    ],
)
def test_an_app_that_is_not_as_cdk_writes_it_is_told(shell: Shell, manifest: Any) -> None:
    (shell.folder / "app").mkdir()
    (shell.folder / "app/manifest.json").write_text(json.dumps(manifest))
    code, out, _ = shell.run("check", "app")
    assert (code, out) == (2, "app: error: is not as `cdk synth` writes it. Run `cdk synth` again.\n")


@pytest.mark.parametrize(
    "resources",
    [
        [],
        {"A": []},
        {"A": {"Type": "Custom::AWSCDK-EKS-KubernetesResource"}},
        {"A": {"Type": "Custom::AWSCDK-EKS-KubernetesResource", "Properties": {"ClusterName": "a", "Manifest": "{"}}},
        {"A": {"Type": "Custom::AWSCDK-EKS-KubernetesResource", "Properties": {"ClusterName": "a", "Manifest": "5"}}},
        {"A": {"Type": "Custom::AWSCDK-EKS-KubernetesResource", "Properties": {"ClusterName": "a", "Manifest": "[5]"}}},
        {"A": {"Type": "Custom::AWSCDK-EKS-KubernetesResource", "Properties": {"ClusterName": "a", "Manifest": {"Fn::Join": 5}}}},
        {"A": {"Type": "Custom::AWSCDK-EKS-HelmChart", "Properties": {"Release": "aws-load-balancer-controller", "Values": "5"}}},
        {"A": installed({"certManagement": "a"})},
        {"A": applied([{"kind": "ConfigMap", "metadata": 5}])},
    ],
)
def test_a_template_that_is_not_as_cdk_writes_it_is_told(shell: Shell, resources: Any) -> None:
    write_assembly(shell.folder / "app", Shop={"Resources": resources})
    code, out, err = shell.run("check", "app")
    assert "This is a fault of" not in err
    assert (code, "app" in out) == (2, True)


def test_other_manifests_beside_an_app_are_a_cluster_of_their_own(shell: Shell) -> None:
    app(shell.folder / "app")
    shell.write("late.yaml", LATE)
    assert groups(shell.run("plan", "app", "late.yaml")[1]) == ["Cluster prod", "shop/web, internal", "shop/late, internal"]


def test_a_folder_with_a_file_named_like_cdks_is_a_folder_of_manifests(shell: Shell) -> None:
    shell.write("folder/manifest.json", json.dumps(ingress("web")))
    assert groups(shell.run("plan", "folder")[1]) == ["shop/web, internal"]


def test_an_app_that_cannot_be_read_hides_no_other_manifests(shell: Shell) -> None:
    write_manifest(
        shell.folder / "app", {"Shop": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "nowhere.json"}}}
    )
    shell.write("late.yaml", LATE)
    code, out, err = shell.run("plan", "app", "late.yaml")
    assert (code, groups(out)) == (2, ["shop/late, internal"])
    assert err.startswith("app/nowhere.json: error: cannot be read: ")


# Other manifests.


def test_files_folders_and_standard_input_are_one_cluster(shell: Shell) -> None:
    shell.write("folder/a.yaml", LATE.replace("name: late", "name: a"))
    shell.write("b.json", json.dumps(ingress("b")))
    _, out, _ = shell.run("plan", "folder", "b.json", "-", stdin=SHOP)
    assert groups(out) == ["public, internet-facing", "shop/a, internal", "shop/b, internal"]


def test_objects_of_other_apis_are_passed_over(shell: Shell) -> None:
    knative = (
        "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: storefront, namespace: shop}\nspec: {template: 5}\n"
    )
    shell.write(
        "a.yaml", LATE.replace("path: /*", "path: /b*"), knative, "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n"
    )
    assert shell.run("check", "a.yaml", "--complete")[0] == 0
    assert "there is no Service shop/storefront" in shell.run("check", "a.yaml", "--complete")[1]


def test_a_folder_that_may_not_be_read_is_told(shell: Shell) -> None:
    shell.write("closed/a.yaml", SHOP)
    assert shell.run("check", "closed") == (0, "", "Nothing found.\n")
    (shell.folder / "closed").chmod(0)
    shell.folder.chmod(0o755)
    with ordinary_user():
        code, out, _ = shell.run("check", "closed")
    (shell.folder / "closed").chmod(0o700)
    assert (code, out.startswith("closed: error: cannot be read: Permission denied.")) == (2, True)
