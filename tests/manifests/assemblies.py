"""Cloud assemblies written by hand, as `cdk synth` writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Template = Mapping[str, Any]


def write_assembly(folder: Path, **stacks: Template) -> Path:
    """A cloud assembly with a template for each stack."""
    folder.mkdir(exist_ok=True)
    for name, template in stacks.items():
        write_template(folder / f"{name}.template.json", template)
    artifacts = {name: stack_artifact(f"{name}.template.json", name) for name in stacks}
    return write_manifest(folder, {"Tree": {"type": "cdk:tree", "properties": {"file": "tree.json"}}, **artifacts})


def write_manifest(folder: Path, artifacts: Mapping[str, Any]) -> Path:
    """The `manifest.json` of an assembly; returns the folder."""
    folder.mkdir(exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps({"version": "55.0.0", "artifacts": artifacts}), "utf-8")
    return folder


def write_template(path: Path, template: Template) -> None:
    """A template of CloudFormation."""
    path.write_text(json.dumps(template), "utf-8")


def stack_artifact(template_file: str, name: str) -> dict[str, Any]:
    """What the manifest says of a stack."""
    return {
        "type": "aws:cloudformation:stack",
        "properties": {"templateFile": template_file, "stackName": name},
        "displayName": name,
    }


def template(**resources: Any) -> dict[str, Any]:
    """A template with these resources, by logical id."""
    return {"Resources": resources}


def applied(manifest: Any, *, cluster: Any = "prod", path: str | None = "Shop/Manifest/Resource/Default") -> dict[str, Any]:
    """The resource that applies `manifest`, which is the objects or what CloudFormation makes their text of."""
    metadata = {} if path is None else {"Metadata": {"aws:cdk:path": path}}
    text = json.dumps(manifest) if isinstance(manifest, list) else manifest
    return {"Type": "Custom::AWSCDK-EKS-KubernetesResource", "Properties": {"ClusterName": cluster, "Manifest": text}, **metadata}


def installed(values: Any = None, *, chart: str = "aws-load-balancer-controller", cluster: Any = "prod") -> dict[str, Any]:
    """The resource that installs a Helm chart."""
    said = {} if values is None else {"Values": json.dumps(values) if "Fn::Join" not in values else values}
    return {"Type": "Custom::AWSCDK-EKS-HelmChart", "Properties": {"ClusterName": cluster, "Chart": chart, **said}}


def ingress(
    name: str = "web", *, paths: Sequence[tuple[str, str]] = (("/", "web"),), class_name: str = "alb", **annotations: str
) -> dict[str, Any]:
    """An Ingress in namespace shop; in the names of annotations `__` stands for `.` and `_` for `-`."""
    keys = {key: "alb.ingress.kubernetes.io/" + key.replace("__", ".").replace("_", "-") for key in annotations}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {
            "name": name,
            "namespace": "shop",
            "annotations": {keys[key]: text for key, text in annotations.items()},
        },
        "spec": {
            "ingressClassName": class_name,
            "rules": [
                {
                    "http": {
                        "paths": [
                            {
                                "path": path,
                                "pathType": "Prefix",
                                "backend": {"service": {"name": service, "port": {"number": 80}}},
                            }
                            for path, service in paths
                        ]
                    }
                }
            ],
        },
    }
