"""`aws`, as far as the functions of CDK and ours call it: `eks update-kubeconfig` and `s3 cp`, from files that the driver keeps."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path


def main(words: list[str]) -> int:
    known = Path(os.environ["_AWS_FILES"])
    parser = argparse.ArgumentParser("aws")
    if words[:2] == ["eks", "update-kubeconfig"]:
        parser.add_argument("--name", required=True)
        parser.add_argument("--kubeconfig", required=True)
        parser.add_argument("--region")
        return update_kubeconfig(known / "clusters", parser.parse_args(words[2:]))
    if words[:2] == ["s3", "cp"]:
        parser.add_argument("source")
        parser.add_argument("target")
        return copy(known / "buckets", parser.parse_args(words[2:]))
    print(f"aws: the driver does not know `{' '.join(words)}`", file=sys.stderr)
    return 2


def update_kubeconfig(clusters: Path, given: argparse.Namespace) -> int:
    cluster = clusters / f"{given.name}.json"
    if not cluster.is_file():
        message = f"No cluster found for name: {given.name}."
        print(
            f"An error occurred (ResourceNotFoundException) when calling the DescribeCluster operation: {message}", file=sys.stderr
        )
        return 254
    told = json.loads(cluster.read_text("utf-8"))
    allowed = told["access"] is None or os.environ["_ROLE_ARN"] in told["access"]
    Path(given.kubeconfig).write_text(told["kubeconfig"] if allowed else told["without_access"], "utf-8")
    print(f"Added new context {given.name} to {given.kubeconfig}")
    return 0


def copy(buckets: Path, given: argparse.Namespace) -> int:
    source = buckets / given.source.removeprefix("s3://")
    if not source.is_file():
        print("fatal error: An error occurred (404) when calling the HeadObject operation: Key does not exist", file=sys.stderr)
        return 1
    shutil.copyfile(source, given.target)
    return 0


sys.exit(main(sys.argv[1:]))
