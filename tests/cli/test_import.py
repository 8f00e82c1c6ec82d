"""`eks-ingress import`: what it prints and writes, and how it ends."""

from __future__ import annotations

import ast
import json
import os
import sys

import pytest
import yaml

from tests.cli.conftest import SHOP, WRONG, Shell
from tests.commands import run as run_apart

SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop}
spec: {ports: [{port: 8080, targetPort: 80}]}
"""
ALONE = SHOP.replace("    alb.ingress.kubernetes.io/group.name: public\n", "")


def test_it_prints_a_function_that_adds_the_load_balancer_and_its_routes(shell: Shell) -> None:
    shell.write("shop.yaml", SHOP)
    code, out, err = shell.run("import", "shop.yaml", "--cluster-name", "prod")
    assert (code, err) == (0, "1 load balancer: 1 with routes; the plan is the same.\n")
    assert 'public = ingress.add_load_balancer(\n        "Public",\n        namespace="shop",\n' in out
    assert '        name="shop",\n        group_name="public",\n        take_over=True,\n    )\n' in out
    assert '    public.add_route("shop.example.com/api", Service("api", 8080))\n' in out
    assert "Exact(" in out


def test_a_load_balancer_of_its_own_is_kept_unless_that_is_not_wanted(shell: Shell) -> None:
    shell.write("shop.yaml", ALONE)
    code, out, err = shell.run("import", "shop.yaml", "--cluster-name", "prod")
    assert (code, err) == (0, "1 load balancer: 1 one to one; the plan is the same.\n")
    assert "ingress.add_ingress(" in out
    assert "# Written one to one: its load balancer is its own" in out
    code, out, err = shell.run("import", "shop.yaml", "--cluster-name", "prod", "--keep", "nothing")
    assert code == 0
    assert "is replaced by k8s-shopshop-" in err
    assert "is replaced by k8s-shopshop-" in out.replace("\n    # ", " ")
    assert "ingress.add_load_balancer(" in out


def test_an_ingress_object_is_kept_where_that_is_wanted(shell: Shell) -> None:
    shell.write("shop.yaml", SHOP)
    code, out, _ = shell.run("import", "shop.yaml", "--keep", "objects")
    assert code == 0
    assert "ingress.add_ingress(" in out
    assert "Written one to one" not in out


def test_target_groups_that_get_new_names_are_told(shell: Shell) -> None:
    other = SHOP.replace("name: shop\n", "name: z\n").replace("host: shop.", "host: other.").replace("name: api", "name: z-api")
    shell.write("shop.yaml", SHOP, other)
    code, out, err = shell.run("import", "shop.yaml")
    assert code == 0
    assert "shop.yaml:1: note: 1 target group gets a new name, with that of its Ingress." in err
    assert "1 target group gets a new name" in out.replace("\n    # ", " ")


def test_standard_input_is_read(shell: Shell) -> None:
    code, out, _ = shell.run("import", "-", stdin=SHOP)
    assert code == 0
    assert out.startswith('"""Load balancers of Ingresses, imported from -.\n')


def test_what_is_lost_is_told_with_its_line_and_stands_in_a_comment(shell: Shell) -> None:
    shell.write("shop.yaml", SHOP.replace("target-type: ip", "target-type: ip\n    alb.ingress.kubernetes.io/healthcheck-pth: /"))
    code, out, err = shell.run("import", "shop.yaml")
    assert code == 1
    assert "shop.yaml:10: lost: alb.ingress.kubernetes.io/healthcheck-pth is not known to the controller." in err
    assert "# Lost: alb.ingress.kubernetes.io/healthcheck-pth is not known" in out


def test_what_the_controller_refuses_is_told_and_left_out(shell: Shell) -> None:
    shell.write("all.yaml", SHOP, WRONG)
    code, out, err = shell.run("import", "all.yaml")
    assert code == 1
    assert "EKI201 error: Ingress shop/wrong:" in err
    assert "1 load balancer: 1 with routes; the plan is the same; 1 refused by the controller." in err
    assert "# Left out: the controller refuses the load balancer of shop/wrong." in out


def test_other_objects_are_named(shell: Shell) -> None:
    shell.write("all.yaml", SHOP, SERVICE)
    code, out, _ = shell.run("import", "all.yaml")
    assert code == 0
    assert "# Not turned into code, and to be applied as before: Service shop/api (all.yaml:" in out


def test_nothing_to_import_ends_with_1(shell: Shell) -> None:
    shell.write("service.yaml", SERVICE)
    code, out, err = shell.run("import", "service.yaml")
    assert (code, err) == (1, "No load balancer.\n")
    assert "def add_load_balancers(ingress: BalancerHost) -> None:" in out


def test_an_ingress_without_a_class_is_one_of_the_default_class(shell: Shell) -> None:
    shell.write("shop.yaml", SHOP.replace("  ingressClassName: alb\n", ""))
    code, _, err = shell.run("import", "shop.yaml")
    assert code == 1
    assert "names no IngressClass. Name the class that is the cluster's default with --class-default." in err
    code, out, _ = shell.run("import", "shop.yaml", "--class-default", "edge")
    assert code == 0
    assert 'ingress_class="edge"' in out


def test_what_the_values_of_the_chart_decide_is_said(shell: Shell) -> None:
    shell.write("values.yaml", "clusterName: prod\ndefaultTargetType: ip\ndefaultLoadBalancerScheme: internet-facing\n")
    silent = "".join(line for line in SHOP.splitlines(keepends=True) if "scheme:" not in line and "target-type" not in line)
    shell.write("shop.yaml", silent)
    code, out, _ = shell.run("import", "shop.yaml", "--controller", "values.yaml")
    assert code == 0
    assert "scheme=Scheme.INTERNET_FACING" in out
    assert "TargetType" not in out
    assert "target_type=TargetType.INSTANCE" in shell.run("import", "shop.yaml")[1]


def test_a_file_is_written_in_place_of_standard_output(shell: Shell) -> None:
    shell.write("shop.yaml", SHOP)
    printed = shell.run("import", "shop.yaml")[1]
    code, out, err = shell.run("import", "shop.yaml", "--output", "made.py")
    assert (code, out) == (0, "")
    assert err.endswith("the plan is the same.\n")
    assert (shell.folder / "made.py").read_text("utf-8") == printed
    assert sorted(os.listdir(shell.folder)) == ["made.py", "shop.yaml"]


def test_a_file_that_cannot_be_written_is_told(shell: Shell) -> None:
    shell.write("shop.yaml", SHOP)
    code, out, err = shell.run("import", "shop.yaml", "--output", "no/such/folder.py")
    assert (code, out) == (2, "")
    assert "'no/such/folder.py' cannot be written" in err


@pytest.mark.parametrize("broken", ["{", "a: b\n", "metadata:\n\tname: a\n"])
def test_nothing_is_written_where_something_cannot_be_read(shell: Shell, broken: str) -> None:
    shell.write("shop.yaml", SHOP)
    shell.write("broken.yaml", broken)
    (shell.folder / "made.py").write_text("before", "utf-8")
    code, out, err = shell.run("import", "shop.yaml", "broken.yaml", "--output", "made.py")
    assert (code, out) == (2, "")
    assert "broken.yaml" in err
    assert (shell.folder / "made.py").read_text("utf-8") == "before"


def test_a_synthesized_app_is_python_already(shell: Shell) -> None:
    template: dict[str, object] = {"Resources": {}}
    artifact = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "Shop.template.json"}}
    shell.write("cdk.out/manifest.json", json.dumps({"artifacts": {"Shop": artifact}}))
    shell.write("cdk.out/Shop.template.json", json.dumps(template))
    code, out, err = shell.run("import", "cdk.out")
    assert (code, out) == (2, "")
    assert "a synthesized app is Python already." in err


def test_a_name_that_another_load_balancer_has_is_told(shell: Shell) -> None:
    shell.write(
        "all.yaml", ALONE, SHOP.replace("group.name: public", "group.name: shop.shop").replace("name: shop\n", "name: other\n", 1)
    )
    assert shell.run("import", "all.yaml", "--keep", "load-balancers")[0] == 0
    code, _, err = shell.run("import", "all.yaml", "--keep", "nothing")
    assert code == 1
    assert "would not be the same beside the others" in err


def test_the_same_import_prints_the_same(shell: Shell) -> None:
    shell.write("shop.yaml", *[yaml.safe_dump(dict(found)) for found in yaml.safe_load_all(SHOP)])
    assert shell.run("import", "shop.yaml") == shell.run("import", "shop.yaml")


def test_it_needs_no_cdk(shell: Shell) -> None:
    shell.write("shop.yaml", SHOP)
    program = (
        "import sys; from eks_ingress.cli import main; main(['import', 'shop.yaml', '--output', 'made.py']);"
        "print(sorted({'aws_cdk', 'cdk8s', 'constructs', 'jsii'} & sys.modules.keys()))"
    )
    import subprocess  # noqa: PLC0415

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
    assert run_apart("import", "--help")[0] == 0


def test_what_tools_wrote_is_told_where_the_ingress_is_written_as_it_stands_too(shell: Shell) -> None:
    labelled = SHOP.replace("metadata:\n", "metadata:\n  labels: {helm.sh/chart: shop-1.4.2, team: a}\n")
    odd = "alb.ingress.kubernetes.io/load-balancer-attributes: deletion_protection.enabled=True"
    shell.write("shop.yaml", labelled.replace("target-type: ip", f"target-type: ip\n    {odd}"))
    code, out, err = shell.run("import", "shop.yaml")
    assert code == 0
    assert "ingress.add_manifests(" in out
    assert '"labels": {"team": "a"}' in out
    assert "shop.yaml:1: note: left out what tools wrote: helm.sh/chart. Have the tool let go of the Ingress" in err


def test_the_name_of_a_file_does_not_end_the_docstring(shell: Shell) -> None:
    shell.write('a""".yaml', SHOP)
    code, out, _ = shell.run("import", 'a""".yaml')
    assert code == 0
    assert ast.get_docstring(ast.parse(out), clean=False) is not None
    assert out.startswith("\"\"\"Load balancers of Ingresses, imported from a'''.yaml.\n")
