"""What changed since an earlier plan."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.conftest import LATE, SHOP, WRONG, Shell
from tests.manifests.assemblies import applied, ingress, template, write_assembly

CHANGED = SHOP.replace("path: /api", "path: /v2")


def kept(shell: Shell, *texts: str) -> None:
    """Keeps the plan of some manifests as `old.json`."""
    shell.write("old.yaml", *texts)
    (shell.folder / "old.json").write_text(shell.run("plan", "old.yaml", "--format", "json")[1], "utf-8")


def test_a_plan_against_itself_has_not_changed(shell: Shell) -> None:
    kept(shell, SHOP)
    assert shell.run("plan", "old.yaml", "--against", "old.json", "--fail-on", "changes") == (0, "Nothing changed.\n", "")


def test_what_changed_is_told_and_is_no_failure(shell: Shell) -> None:
    kept(shell, SHOP)
    shell.write("new.yaml", CHANGED)
    code, out, err = shell.run("plan", "new.yaml", "--against", "old.json")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "~ Load balancer public",
        "      HTTPS 443",
        "        rule   host              path          then",
        "        ~ 2    shop.example.com  /v2, /v2/*    Service shop/api:8080",
        "          was                    /api, /api/*",
        "",
        "1 rule changed.",
    ]


@pytest.mark.parametrize(
    ("scheme", "on", "code"),
    [
        ("internet-facing", "changes", 1),
        ("internet-facing", "replacements", 0),
        ("internal", "changes", 1),
        ("internal", "replacements", 1),
    ],
)
def test_a_pipeline_may_fail_on_it(shell: Shell, scheme: str, on: str, code: int) -> None:
    kept(shell, SHOP)
    shell.write("new.yaml", CHANGED.replace("scheme: internet-facing", f"scheme: {scheme}"))
    assert shell.run("plan", "new.yaml", "--against", "old.json", "--fail-on", on)[0] == code


def test_what_would_be_refused_is_told_below_and_fails(shell: Shell) -> None:
    kept(shell, SHOP)
    shell.write("new.yaml", SHOP, WRONG)
    code, out, _ = shell.run("plan", "new.yaml", "--against", "old.json")
    assert (code, out.splitlines()[:3:2]) == (1, ["Nothing changed.", "EKI201 error  new.yaml:40"])
    found = shell.json("plan", "new.yaml", "--against", "old.json")
    assert (found["load_balancers"], [x["id"] for x in found["findings"]]) == ([], ["EKI201"])


def test_a_program_gets_all_of_it(shell: Shell) -> None:
    kept(shell, SHOP)
    shell.write("new.yaml", CHANGED)
    found = shell.json("plan", "new.yaml", "--against", "old.json")
    assert set(found) == {"summary", "load_balancers", "target_group_bindings", "findings"}
    (change,) = found["load_balancers"][0]["changes"]
    assert (change["kind"], change["id"], change["change"]) == ("rule", "443:2", "changed")


# What it may be compared with.


def test_the_earlier_plan_may_come_by_standard_input(shell: Shell) -> None:
    kept(shell, SHOP)
    shell.write("new.yaml", CHANGED)
    earlier = (shell.folder / "old.json").read_text("utf-8")
    assert shell.run("plan", "new.yaml", "--against", "-", stdin=earlier)[1].endswith("1 rule changed.\n")
    assert shell.run("plan", "-", "--against", "old.json", stdin=CHANGED)[1].endswith("1 rule changed.\n")
    code, out, err = shell.run("plan", "-", "--against", "-", stdin=CHANGED)
    assert (code, out) == (2, "")
    assert "standard input can be read once only." in err
    assert "is no plan." in shell.run("plan", "new.yaml", "--against", "-", stdin=CHANGED)[2]


def test_manifests_are_planned_with_the_same_options(shell: Shell) -> None:
    shell.write("old/shop.yaml", SHOP)
    shell.write("new/shop.yaml", CHANGED)
    out = shell.run("plan", "new", "--against", "old", "--cluster-name", "prod")[1]
    assert out.endswith("\n1 rule changed.\n")


def test_an_assembly_and_a_plan_in_it_will_do(shell: Shell) -> None:
    folders = {"old": ["web"], "new": ["web", "api"]}
    for folder, names in folders.items():
        objects = {name.title(): applied([ingress(name)]) for name in names}
        write_assembly(shell.folder / folder, Shop=template(**objects))
    (shell.folder / "old" / "Shop.Ingress.plan.json").write_text(shell.run("plan", "old", "--format", "json")[1], "utf-8")
    for earlier in ("old", "old/Shop.Ingress.plan.json"):
        code, out, _ = shell.run("plan", "new", "--against", earlier)
        assert (code, out.splitlines()[0]) == (0, "+ Load balancer shop/api is added: 1 listener, 1 rule, 1 target group")


def test_clusters_of_stages_are_compared_with_their_own_though_their_logical_ids_are_the_same(shell: Shell) -> None:
    stages = {name: template(A=applied([ingress(name.lower())], cluster={"Ref": "Cluster"})) for name in ("Staging", "Production")}
    write_assembly(shell.folder / "cdk.out", **stages)
    (shell.folder / "old.json").write_text(shell.run("plan", "cdk.out", "--format", "json")[1], "utf-8")
    code, out, _ = shell.run("plan", "cdk.out", "--against", "old.json", "--fail-on", "changes")
    assert code == 0
    assert out.splitlines() == [
        "Cluster ${Staging/Cluster}",
        "",
        "Nothing changed.",
        "",
        "Cluster ${Production/Cluster}",
        "",
        "Nothing changed.",
    ]


def test_clusters_are_compared_by_their_names(shell: Shell) -> None:
    def written(folder: str, **clusters: str) -> None:
        objects = {name.title(): applied([ingress(of)], cluster=name) for name, of in clusters.items()}
        write_assembly(shell.folder / folder, Shop=template(**objects))

    written("old", prod="web", gone="web")
    written("new", prod="web", fresh="web")
    (shell.folder / "old.json").write_text(shell.run("plan", "old", "--format", "json")[1], "utf-8")
    code, out, _ = shell.run("plan", "new", "--against", "old.json")
    assert code == 0
    assert [line for line in out.splitlines() if line] == [
        "Cluster prod",
        "Nothing changed.",
        "Cluster fresh",
        "+ Load balancer shop/web is added: 1 listener, 1 rule, 1 target group",
        "1 load balancer added.",
        "Cluster gone",
        "- Load balancer shop/web is removed: 1 listener, 1 rule, 1 target group",
        "1 load balancer removed.",
    ]
    assert [x["cluster"] for x in shell.json("plan", "new", "--against", "old.json")["clusters"]] == ["prod", "fresh", "gone"]
    assert shell.run("plan", "new", "--against", "old.json", "--cluster-name", "prod")[1] == "Nothing changed.\n"
    for earlier in ("old.json", "old"):
        code, out, err = shell.run("plan", "new", "--against", earlier, "--cluster-name", "fresh")
        assert (code, out) == (2, "")
        assert err.split("\n")[:3] == [f"error  {earlier}", "    has no cluster 'fresh'.", "    Write one of prod, gone."]


# What cannot be compared.


@pytest.mark.parametrize(
    "document",
    [
        {"load_balancers": {}},
        {"load_balancers": [5]},
        {"load_balancers": [{"id": "a"}]},
        {"load_balancers": [{"id": "a", "resources": []}]},
        {"load_balancers": [{"id": [], "resources": {}}]},
        {"load_balancers": [{"id": "a", "resources": {"AWS::ElasticLoadBalancingV2::ListenerRule": {"80:1": {"spec": {}}}}}]},
        {"load_balancers": [{"id": "a", "resources": {"AWS::ElasticLoadBalancingV2::Listener": {"80": {"spec": {"port": 80}}}}}]},
        {"target_group_bindings": [{"id": "a"}]},
        {"clusters": {}},
        {"clusters": [5]},
        {"cluster": ["a"], "load_balancers": []},
        {"clusters": [{"cluster": {}, "load_balancers": []}]},
        {"clusters": [{"cluster": 5, "load_balancers": []}]},
    ],
)
def test_what_is_no_plan_is_refused(shell: Shell, document: object) -> None:
    shell.write("new.yaml", SHOP)
    shell.write("old.json", json.dumps(document))
    code, out, err = shell.run("plan", "new.yaml", "--against", "old.json")
    assert (code, out, err.splitlines()[:2]) == (2, "", ["error  old.json", "    is no plan."])


@pytest.mark.parametrize("left", ["", "\n"])
def test_an_empty_file_that_a_failed_plan_left_is_refused(shell: Shell, left: str) -> None:
    shell.write("new.yaml", SHOP)
    shell.write("old.json", left)
    code, out, err = shell.run("plan", "new.yaml", "--against", "old.json", "--fail-on", "replacements")
    assert (code, out, err.splitlines()[:2]) == (2, "", ["error  old.json", "    is no plan."])


def test_nothing_is_compared_where_something_could_not_be_read(shell: Shell) -> None:
    kept(shell, SHOP, LATE)
    for arguments in (["old.yaml", "nowhere.yaml", "--against", "old.json"], ["old.yaml", "--against", "nowhere.json"]):
        code, out, err = shell.run("plan", *arguments)
        assert (code, out) == (2, "")
        assert "cannot be read: No such file or directory." in err


def test_a_failure_needs_something_to_compare_with(shell: Shell) -> None:
    shell.write("new.yaml", SHOP)
    code, _, err = shell.run("plan", "new.yaml", "--fail-on", "changes")
    assert code == 2
    assert "Name it with --against." in err


def places(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where there is something in a document: the keys that lead to it."""
    keys = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in keys:
        yield (*before, key)
        yield from places(below, (*before, key))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_plan_that_was_damaged_is_compared_or_refused(shell: Shell, data: st.DataObject) -> None:
    kept(shell, SHOP, LATE)
    shell.write("new.yaml", CHANGED)
    document = json.loads((shell.folder / "old.json").read_text("utf-8"))
    damaged = copy.deepcopy(document)
    *way, last = data.draw(st.sampled_from([*places(document)]))
    within = damaged
    for key in way:
        within = within[key]
    within[last] = data.draw(st.sampled_from([None, 5, "x", "", [], {}, [5], {"a": 1}, True, [[1]], "${x}"]))
    (shell.folder / "old.json").write_text(json.dumps(damaged), "utf-8")
    code, out, err = shell.run("plan", data.draw(st.sampled_from(["old.yaml", "new.yaml"])), "--against", "old.json")
    assert code in (0, 2)
    assert bool(out) is (code == 0)
    assert "fault" not in err
