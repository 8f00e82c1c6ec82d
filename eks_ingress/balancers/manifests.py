"""Kubernetes objects that are there already, as YAML, as charts of cdk8s or as data of Python."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from constructs import Construct, IConstruct, IDependable

from eks_ingress.balancers.applied import Applied
from eks_ingress.balancers.charts import objects_in
from eks_ingress.manifests.appliable import unappliable
from eks_ingress.manifests.files import read_manifests
from eks_ingress.manifests.given import given
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.manifests.order import phases
from eks_ingress.manifests.shape import for_plan, sorted_out, title_of
from eks_ingress.refusal import Problem
from eks_ingress.source import Source
from eks_ingress.tokens import has_token

if TYPE_CHECKING:
    from eks_ingress.balancers.host import BalancerHost

ManifestSource = str | Path | IConstruct | Mapping[str, Any] | Iterable[Any]
"""Where objects come from: the path of a file or folder; an app, a chart or an object of cdk8s; a dict; or a list of these."""


class KubernetesManifests(Applied):
    """Objects that are written already; `EksIngress.add_manifests` adds them, make it yourself to have them in another stack.

    Ingresses, Services, IngressClasses, IngressClassParams and TargetGroupBindings among them pass through the same plan and checks
    as everything else; other objects go along as they are. Each becomes a resource of its own: what is taken out is deleted.

    The order of things is: the controller, Namespaces and custom resource definitions, other objects, IngressClasses, Ingresses; on
    destroy the other way round.
    """

    as_written = True

    def __init__(self, scope: Construct, id: str, ingress: BalancerHost, *sources: ManifestSource, take_over: bool = False) -> None:
        """Adds objects. What is wrong with them is reported when the app is synthesized, with everything else.

        :param ingress: the controller.
        :param sources: paths of YAML or JSON, from the working directory, or of folders with all that is below them; charts, apps
            and objects of cdk8s and cdk8s-plus, which may get more until the app is synthesized; dicts; and lists of these.
        :param take_over: whether objects that are in the cluster already are changed to these, and are this stack's from then on.
            Default: they are an error at deploy.
        """
        super().__init__(scope, id, ingress, take_over=take_over)
        self._batches: list[_Batch] = []
        self._is_complete = False
        self._files: set[str | None] = set()
        self._add(sources)
        if not self._batches:
            problem = Problem("there are no objects.", "Name a file, a folder, a chart or dicts.", self.source)
            self._batches.append(_Batch(problems=[problem]))

    def problems(self) -> list[Problem]:
        """All that could not be read, and all that Kubernetes would not take."""
        return [problem for batch in self._read() for problem in batch.problems]

    def manifests(self) -> list[Manifest]:
        """Those that Kubernetes would take, but for those of an API that the plan does not know."""
        return [manifest for batch in self._read() for manifest in batch.planned]

    def objects(self) -> list[Manifest]:
        """Those that Kubernetes would take, as they will be applied."""
        return [manifest for batch in self._read() for manifest in batch.good]

    def hand_over(self) -> list[IDependable]:
        """Makes a resource for each object, in their order."""
        self._read()
        self._is_complete = True
        made: list[IDependable] = []
        before: list[IDependable] = []
        once = {manifest.identity: manifest for manifest in reversed(self.objects())}
        for phase in phases([manifest for manifest in self.objects() if once[manifest.identity] is manifest]):
            now: list[IDependable] = []
            for manifest in phase:
                # One waits for all of the phase before, and the others for that one: so there are no more lines than objects.
                wanted = before if len(before) < 2 or not now else now[:1]
                now.append(self._apply(manifest, manifest.body, wanted))
            made += now
            before = now
        return made

    def _add(self, sources: Iterable[Any]) -> None:
        for source in sources:
            if isinstance(source, str | os.PathLike):
                self._batches.append(self._judged(self._of_path(os.fspath(source))))
            elif isinstance(source, Mapping):
                self._batches.append(self._judged(given(source, self.source)))
            elif isinstance(source, Construct):
                self._batches.append(_Batch(construct=source))
            elif isinstance(source, Iterable) and not isinstance(source, bytes):
                self._add(source)
            elif source is not None:  # as a document of YAML that is empty is read
                reason = f"{source!r} is of the type {type(source).__name__}, which holds no Kubernetes object."
                problem = Problem(reason, "Give a path, a chart of cdk8s, a dict, or a list of these.", self.source)
                self._batches.append(_Batch(problems=[problem]))

    def _of_path(self, path: str) -> Iterator[Manifest | Problem]:
        """What a file or a folder holds, each with its line, and with the path of this construct."""
        if "\n" in path:
            reason = "a source is a text of several lines, where the path of a file is meant."
            yield Problem(reason, "Write the YAML into a file, or give what `yaml.safe_load_all` makes of it.", self.source)
            return
        found = read_manifests([path])
        if not found.manifests and not found.problems:
            yield Problem("holds no Kubernetes object.", "Name a file that does.", Source(self.source.construct, path))
        files, before = {manifest.source.file for manifest in found.manifests}, self._files
        self._files = before | files
        for manifest in found.manifests:
            if manifest.source.file in before:  # named twice, and read once, as by `eks-ingress check`
                continue
            if has_token(manifest.json):
                reason = f"{title_of(manifest.body)} has a token of the CDK in it, which means nothing in a file."
                yield Problem(reason, "Give the object as a dict, with the token in it.", self._here(manifest.source))
                continue
            parts = {at: self._here(place) for at, place in manifest.parts.items()}
            yield replace(manifest, source=self._here(manifest.source), parts=parts)
        for problem in found.problems:
            yield problem._replace(source=self._here(problem.source or Source()))

    def _here(self, place: Source) -> Source:
        return place._replace(construct=self.source.construct)

    def _read(self) -> list[_Batch]:
        """All that is there; what is in constructs of cdk8s as it is now, until the tree is complete."""
        if not self._is_complete:
            self._batches = [batch if batch.construct is None else self._again(batch) for batch in self._batches]
        return self._batches

    def _again(self, batch: _Batch) -> _Batch:
        """What is in a construct now; the same as before where that is the same."""
        assert batch.construct is not None
        written = objects_in(batch.construct, self.source)
        if written == batch.written:
            return batch
        if isinstance(written, Problem):
            return batch._replace(written=written, good=(), planned=(), problems=[written])
        found = self._judged(found for body in written for found in given(body, self.source))
        problems: Sequence[Problem] = found.problems
        if not written:
            path = batch.construct.node.path
            problems = [Problem(f"{path!r} holds no Kubernetes object.", "Add objects to it, or leave it out.", self.source)]
        return found._replace(construct=batch.construct, written=written, problems=problems)

    def _judged(self, found: Iterable[Manifest | Problem]) -> _Batch:
        """What is well, and what is wrong."""
        read = list(found)
        taken, flaws = sorted_out(x for x in read if isinstance(x, Manifest))
        refused = {id(manifest): problem for manifest in taken if (problem := unappliable(manifest)) is not None}
        good = [manifest for manifest in taken if id(manifest) not in refused]
        problems = [*(x for x in read if isinstance(x, Problem)), *flaws, *refused.values()]
        return _Batch(good=good, planned=for_plan(good), problems=problems)


class _Batch(NamedTuple):
    """The objects of one source."""

    construct: Construct | None = None
    """Where they are, if that may have more of them later."""
    written: list[Any] | Problem | None = None
    """What was in it when it was read last."""
    good: Sequence[Manifest] = ()
    planned: Sequence[Manifest] = ()
    problems: Sequence[Problem] = ()
