"""Where the controller's Helm chart comes from.

Facts: the chart `aws-load-balancer-controller`; CDK's handler of Helm charts, which runs Helm in a Lambda function: it pulls
`oci://` addresses whole and signs in to Amazon ECR, and unpacks an asset into a folder, which then must be the chart itself.
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from eks_ingress.refusal import Refusals
from eks_ingress.tokens import has_token, known_part

if TYPE_CHECKING:
    from aws_cdk.aws_s3_assets import Asset
    from constructs import Construct

CHART = "aws-load-balancer-controller"
"""Name of the chart, and of the release that is made of it."""
PUBLIC_REPOSITORY = "https://aws.github.io/eks-charts"
"""Where the controller's project publishes its chart."""

_FIELD = re.compile(r"^(name|version):[ \t]*[\"']?([^\s\"'#]+)", re.MULTILINE)
_BAD_ARCHIVE = (OSError, EOFError, tarfile.TarError, UnicodeDecodeError)


@dataclass(frozen=True, slots=True)
class ChartSource:
    """Where the chart comes from; made by `repository`, `oci` and `asset`. The default is the project's public repository.

    Raises `Refused` for an address or a file that cannot work.
    """

    address: str | None = PUBLIC_REPOSITORY
    """Of the repository: `https://…`, or `oci://…` with the name of the chart at the end. None for a file."""
    path: Path | None = None
    """Folder or packed chart on this machine. None for an address."""

    @classmethod
    def repository(cls, url: str = PUBLIC_REPOSITORY) -> ChartSource:
        """A Helm repository that answers to `https://` without signing in.

        :param url: address of the repository, the folder in which its `index.yaml` is.
        """
        refusals = Refusals()
        refusals.require(
            isinstance(url, str) and _is_address(url, ("https", "http")),
            "chart repository",
            url,
            "is no address of a Helm repository",
            "Write `https://…`; for a registry `ChartSource.oci('oci://…')`, for a folder or file `ChartSource.asset(path)`.",
        )
        refusals.require(
            not str(url).endswith(("/index.yaml", ".tgz")),
            "chart repository",
            url,
            "is the address of a file in a repository",
            "Write the folder in which index.yaml is.",
        )
        refusals.settle()
        return cls(url.rstrip("/"))

    @classmethod
    def oci(cls, url: str) -> ChartSource:
        """A chart in a registry of container images. CDK signs in to Amazon ECR, and to no other registry.

        The role of the cluster's kubectl provider must be allowed to read a private repository.

        :param url: address of the chart in the registry: `oci://ACCOUNT.dkr.ecr.REGION.amazonaws.com/aws-load-balancer-controller`,
            without its version.
        """
        refusals = Refusals()
        refusals.require(
            isinstance(url, str) and _is_address(url, ("oci",)),
            "chart address",
            url,
            "is no address in a registry",
            f"Write `oci://REGISTRY/…/{CHART}`.",
        )
        if isinstance(url, str) and not refusals.problems:
            last = url.rpartition("/")[2]
            refusals.require(
                has_token(last) or not {":", "@"} & set(last),
                "chart address",
                url,
                "holds a version, which Helm takes from elsewhere",
                "Leave it out; the version follows the controller's.",
            )
            refusals.require(
                has_token(last) or last.partition(":")[0].partition("@")[0] == CHART,
                "chart address",
                url,
                f"does not end with the name of the chart, {CHART!r}, under which CDK looks for it once it is pulled",
                f"Write `oci://REGISTRY/…/{CHART}`.",
            )
        refusals.settle()
        return cls(url)

    @classmethod
    def asset(cls, path: str | Path) -> ChartSource:
        """A chart on this machine, which travels with the app's assets: the cluster's VPC needs no way to a chart repository.

        :param path: the folder with `Chart.yaml`, or the file that `helm pull` or `helm package` wrote (`….tgz`).
        """
        source = cls(None, Path(path))
        refusals = Refusals()
        name, version = source._name_and_version(refusals)
        if not refusals.problems:
            refusals.require(
                name == CHART and version is not None,
                "chart",
                str(path),
                f"is not the chart {CHART!r}: its Chart.yaml says name {name!r} and version {version!r}",
                f"Fetch it: `helm pull {CHART} --repo {PUBLIC_REPOSITORY}`.",
            )
        refusals.settle()
        return source

    @property
    def version(self) -> str | None:
        """Version of the chart on this machine, from its `Chart.yaml`; None for an address."""
        return None if self.path is None else self._name_and_version(Refusals())[1]

    def check(self, chart_version: str, refusals: Refusals) -> None:
        """Notes a chart on this machine that is not of the version that is to be installed."""
        if self.path is None:
            return
        _, version = self._name_and_version(refusals)
        refusals.require(
            version is None or version == chart_version,
            "chart",
            str(self.path),
            f"is of version {version}, but {chart_version} is to be installed",
            f"Fetch that one: `helm pull {CHART} --repo {PUBLIC_REPOSITORY} --version {chart_version}`, or choose its version.",
        )

    def to_asset(self, scope: Construct, id: str) -> Asset | None:
        """The CDK asset of a chart on this machine, made below `scope`; None for an address.

        The archive is unpacked first, since CDK's handler reads only a folder.
        """
        from aws_cdk.aws_s3_assets import Asset  # noqa: PLC0415

        if self.path is None:
            return None
        if self.path.is_dir():
            return Asset(scope, id, path=str(self.path))
        with TemporaryDirectory() as folder:
            for name, content in _files(self.path):
                file = Path(folder, name)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
            return Asset(scope, id, path=folder)

    def _name_and_version(self, refusals: Refusals) -> tuple[str | None, str | None]:
        """What `Chart.yaml` says; notes why it cannot be read."""
        assert self.path is not None
        text = None
        try:
            text = _chart_yaml(self.path)
        except _BAD_ARCHIVE as error:
            reason = f"cannot be read ({error})"
        else:
            reason = "holds no Chart.yaml"
        refusals.require(
            text is not None,
            "chart",
            str(self.path),
            reason,
            "Give the folder with Chart.yaml, or the .tgz that `helm pull` or `helm package` wrote.",
        )
        found = dict(_FIELD.findall(text or ""))
        return found.get("name"), found.get("version")


def _is_address(url: str, schemes: tuple[str, ...]) -> bool:
    if has_token(url):
        return url.startswith(tuple(f"{scheme}://" for scheme in schemes)) or known_part(url) == ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.netloc) and not parts.query and not parts.fragment and " " not in url


def _chart_yaml(path: Path) -> str | None:
    if path.is_dir():
        file = path / "Chart.yaml"
        return file.read_text("utf-8") if file.is_file() else None
    return next((content.decode("utf-8") for name, content in _files(path) if name == "Chart.yaml"), None)


def _files(archive: Path) -> Iterator[tuple[str, bytes]]:
    """The files of a packed chart, by their names within its folder. Links, and names that lead out of it, are passed over."""
    with tarfile.open(archive) as packed:
        for member in packed:
            name = PurePosixPath(*PurePosixPath(member.name).parts[1:])
            content = packed.extractfile(member) if member.isfile() else None
            if content is not None and name.parts and not {"..", "/"} & set(name.parts):
                yield str(name), content.read()
