"""Where the controller's container image comes from.

Facts: Amazon EKS documentation, "View Amazon container image registries for Amazon EKS add-ons" (the accounts, as the tool eksctl
lists them too); AWS documentation of the partitions' domains; the chart's `image` and `imagePullSecrets`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

from eks_ingress.partitions import partition_of
from eks_ingress.refusal import Refusals
from eks_ingress.tokens import has_token

PUBLIC = "public.ecr.aws/eks/aws-load-balancer-controller"
"""The image in the public registry, which the chart names too."""

SUFFIXES = {
    "aws": "amazonaws.com",
    "aws-cn": "amazonaws.com.cn",
    "aws-us-gov": "amazonaws.com",
    "aws-eusc": "amazonaws.eu",
    "aws-iso": "c2s.ic.gov",
    "aws-iso-b": "sc2s.sgov.gov",
    "aws-iso-e": "cloud.adc-e.uk",
    "aws-iso-f": "csp.hci.ic.gov",
}
"""Domain of a partition's services."""

_DEFAULT_ACCOUNT = "602401143452"
"""Of the regions of partition `aws` that were there before 2019 and some later ones."""
_ACCOUNTS = {
    "af-south-1": "877085696533",
    "ap-east-1": "800184023465",
    "ap-east-2": "533267051163",
    "ap-south-2": "900889452093",
    "ap-southeast-3": "296578399912",
    "ap-southeast-4": "491585149902",
    "ap-southeast-5": "151610086707",
    "ap-southeast-6": "333609536671",
    "ap-southeast-7": "121268973566",
    "ca-west-1": "761377655185",
    "eu-central-2": "900612956339",
    "eu-south-1": "590381155156",
    "eu-south-2": "455263428931",
    "il-central-1": "066635153087",
    "me-central-1": "759879836304",
    "me-south-1": "558608220178",
    "mx-central-1": "730335286997",
    "cn-north-1": "918309763551",
    "cn-northwest-1": "961992271922",
    "us-gov-east-1": "151742754352",
    "us-gov-west-1": "013241004608",
    "us-iso-east-1": "725322719131",
    "us-iso-west-1": "608367168043",
    "us-isob-east-1": "187977181151",
    "us-isob-west-1": "321162350305",
    "us-isof-east-1": "171035529773",
    "us-isof-south-1": "676585237158",
    "eu-isoe-west-1": "249663109785",
}
_WITH_OWN_REGISTRIES = {"aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f"}
"""Partitions whose regions have registries of their own, from which the image comes by default."""
_SHUT_OFF = {"aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f"}
"""Partitions without any way to the internet."""

_REGISTRY = re.compile(r"(?P<account>[0-9]{12})\.dkr\.ecr(-fips)?\.(?P<region>[a-z0-9-]+)\.(?P<suffix>[a-z0-9.-]+?)(:[0-9]+)?")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?")
_REPOSITORY = re.compile(r"[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}(@sha256:[0-9a-f]{64})?")
_SECRET = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")
_POLICIES = ("IfNotPresent", "Always", "Never")

PullPolicy = Literal["IfNotPresent", "Always", "Never"]


def regional_repository(region: str) -> str | None:
    """The image in the registry that EKS has in a region; None where none is known."""
    partition = partition_of(region)
    account = _ACCOUNTS.get(region, _DEFAULT_ACCOUNT if partition == "aws" else None)
    return account and f"{account}.dkr.ecr.{region}.{SUFFIXES[partition]}/amazon/aws-load-balancer-controller"


class Registry(Enum):
    """Which registry an image comes from."""

    BY_REGION = "by region"
    """The public one where it can be reached, that of the region elsewhere."""
    PUBLIC = "public"
    REGIONAL = "regional"
    GIVEN = "given"


@dataclass(frozen=True, slots=True)
class Image:
    """Where the controller's container image comes from; made by `by_region`, `public`, `regional` and `of`.

    Raises `Refused` for what is no image; whether it can be pulled in the cluster's region, EksIngress checks.
    """

    registry: Registry = Registry.BY_REGION
    repository: str | None = None
    """Registry and repository, without a tag, if they were given."""
    tag: str | None = None
    """Tag of the image, and a digest behind it if the bytes must be those (`v3.5.0@sha256:…`). None: `v` and the version of the
    controller."""
    pull_policy: PullPolicy = "IfNotPresent"
    """When a node pulls the image: `IfNotPresent` (the chart's default), `Always`, or `Never` if it is on the node already."""
    pull_secrets: tuple[str, ...] = ()
    """Names of Secrets in the controller's namespace with which a node signs in. Nodes sign in to Amazon ECR by themselves."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        if self.repository is not None:
            _require_repository(refusals, self.repository)
        refusals.require(
            self.tag is None or (isinstance(self.tag, str) and (has_token(self.tag) or _TAG.fullmatch(self.tag) is not None)),
            "tag of the image",
            self.tag,
            "is no tag",
            "Write it as the registry shows it, such as 'v3.5.0' or 'v3.5.0@sha256:…'.",
        )
        refusals.require(
            self.pull_policy in _POLICIES,
            "pull_policy of the image",
            self.pull_policy,
            "is none of Kubernetes",
            f"Write {', '.join(map(repr, _POLICIES[:-1]))} or {_POLICIES[-1]!r}.",
        )
        object.__setattr__(
            self, "pull_secrets", (self.pull_secrets,) if isinstance(self.pull_secrets, str) else (*self.pull_secrets,)
        )
        for name in self.pull_secrets:
            refusals.require(
                isinstance(name, str) and (has_token(name) or _SECRET.fullmatch(name) is not None),
                "pull secret of the image",
                name,
                "is not the name of a Secret",
                "Write its name as `kubectl get secrets` shows it.",
            )
        refusals.settle()

    @classmethod
    def by_region(cls, *, tag: str | None = None, pull_policy: PullPolicy = "IfNotPresent") -> Image:
        """From the public registry where it can be reached; from that of the region in China, GovCloud and the isolated partitions.

        Where the region is known only at deploy time, from the public registry. This is the default.
        """
        return cls(Registry.BY_REGION, tag=tag, pull_policy=pull_policy)

    @classmethod
    def public(cls, *, tag: str | None = None, pull_policy: PullPolicy = "IfNotPresent") -> Image:
        """From the public registry, `public.ecr.aws`, which a VPC reaches only over the internet."""
        return cls(Registry.PUBLIC, tag=tag, pull_policy=pull_policy)

    @classmethod
    def regional(cls, *, tag: str | None = None, pull_policy: PullPolicy = "IfNotPresent") -> Image:
        """From the registry that EKS has in the cluster's region, which a VPC reaches by its endpoints of Amazon ECR and S3."""
        return cls(Registry.REGIONAL, tag=tag, pull_policy=pull_policy)

    @classmethod
    def of(
        cls,
        repository: str,
        *,
        tag: str | None = None,
        pull_policy: PullPolicy = "IfNotPresent",
        pull_secrets: Sequence[str] = (),
    ) -> Image:
        """From a registry of yours.

        :param repository: registry and repository without a tag:
            `111122223333.dkr.ecr.eu-west-1.amazonaws.com/mirror/aws-load-balancer-controller`, or the `repository_uri` of a CDK
            repository.
        :param tag: default: `v` and the version of the controller.
        :param pull_policy: when a node pulls it.
        :param pull_secrets: names of Secrets with which a node signs in.
        """
        names = (pull_secrets,) if isinstance(pull_secrets, str) else tuple(pull_secrets)
        return cls(Registry.GIVEN, repository, tag, pull_policy, names)

    def check(self, region: str, refusals: Refusals) -> None:
        """Notes why the image could not be pulled in a region, which may be a token."""
        if has_token(region):
            refusals.require(
                self.registry is not Registry.REGIONAL,
                "image of the region",
                region,
                "cannot be named, since the region is known only at deploy time",
                "Give the stack `env=Environment(region=…)`, or write `Image.of(…)`.",
            )
            return
        partition = partition_of(region)
        if self.registry is Registry.PUBLIC:
            refusals.require(
                partition not in _SHUT_OFF,
                "image",
                PUBLIC,
                f"cannot be reached from {region}, in partition {partition}",
                "Leave `image` out, or write `Image.regional()`.",
            )
        if self.registry is Registry.GIVEN:
            self._check_given(region, partition, refusals)
        else:
            refusals.require(
                self._repository(region) is not None,
                "image of the region",
                region,
                "is not known: EKS documents no registry of its images there",
                "Write `Image.of(…)`, with a copy in a registry of yours"
                + ("." if partition in _SHUT_OFF else ", or `Image.public()`."),
            )

    def values(self, region: str, default_tag: str) -> dict[str, Any]:
        """The chart's values that say so, for an image that `check` has let pass."""
        image = {
            "repository": self._repository(region) or PUBLIC,
            "tag": self.tag or default_tag,
            "pullPolicy": self.pull_policy,
        }
        secrets = [{"name": name} for name in self.pull_secrets]
        return {"image": image, "imagePullSecrets": secrets} if secrets else {"image": image}

    def _repository(self, region: str) -> str | None:
        match self.registry:
            case Registry.GIVEN:
                return self.repository
            case Registry.REGIONAL:
                return regional_repository(region)
            case Registry.BY_REGION if not has_token(region) and partition_of(region) in _WITH_OWN_REGISTRIES:
                return regional_repository(region)
            case _:
                return PUBLIC

    def _check_given(self, region: str, partition: str, refusals: Refusals) -> None:
        assert self.repository is not None
        host = self.repository.partition("/")[0]
        if has_token(host):
            return
        found = _REGISTRY.fullmatch(host)
        theirs = None if found is None else partition_of(found["region"])
        refusals.require(
            theirs is None or theirs == partition,
            "image",
            self.repository,
            f"is in partition {theirs}, where the nodes of a cluster in {region} ({partition}) cannot sign in",
            f"Copy it to a registry in {region}, or leave `image` out.",
        )
        refusals.require(
            host != "public.ecr.aws" or partition not in _SHUT_OFF,
            "image",
            self.repository,
            f"cannot be reached from {region}, in partition {partition}",
            f"Copy it to a registry in {region}, or leave `image` out.",
        )


def _require_repository(refusals: Refusals, repository: str) -> None:
    what = "image"
    if not isinstance(repository, str) or has_token(repository):
        refusals.require(isinstance(repository, str), what, repository, "is no text", "Write registry and repository.")
        return
    host, _, path = repository.partition("/")
    if "://" in repository:
        refusals.require(False, what, repository, "begins with a scheme", "Leave `https://` out.")
        return
    if ":" in path or "@" in path:
        refusals.require(
            False,
            what,
            repository,
            "holds a tag or a digest",
            "Leave it out and write `tag='v3.5.0'`, or `tag='v3.5.0@sha256:…'`.",
        )
        return
    is_image = _HOST.fullmatch(host) is not None and ("." in host or ":" in host) and _REPOSITORY.fullmatch(path) is not None
    refusals.require(
        is_image,
        what,
        repository,
        "is no registry and repository",
        "Write it as `docker pull` takes it, without the tag: 'registry.example.com/aws-load-balancer-controller'.",
    )
    registry = _REGISTRY.fullmatch(host)
    if registry is not None:
        suffix = SUFFIXES[partition_of(registry["region"])]
        refusals.require(
            registry["suffix"] == suffix,
            what,
            repository,
            f"is in a registry that there is not: those of {registry['region']} end with {suffix}",
            f"Write '….{registry['region']}.{suffix}/…'.",
        )
