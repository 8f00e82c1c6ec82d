"""Lets the controller read the Secrets of sign-in, which its chart does not: each of them, and no other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from constructs import IDependable

from eks_ingress.checks.check import Finding
from eks_ingress.checks.objects import UNREADABLE_SECRET
from eks_ingress.controller.account import Account
from eks_ingress.controller.logical_ids import fix_logical_id, logical_id
from eks_ingress.manifests.manifest import Manifest
from eks_ingress.manifests.secret_reader import secret_reader
from eks_ingress.plan.sign_in import secret_of

if TYPE_CHECKING:
    from eks_ingress.balancers.applied import Applied
    from eks_ingress.balancers.host import BalancerHost


class SecretReaders:
    """The Roles of one controller, each beside what needs it first."""

    def __init__(self, host: BalancerHost, account: Account | None) -> None:
        """Makes none yet; the account is None where nobody here knows the controller's."""
        self._host = host
        self._account = account
        self._made: dict[tuple[Applied, str, str], IDependable] = {}

    def of(self, scope: Applied, manifest: Manifest, after: Sequence[IDependable]) -> Sequence[IDependable]:
        """What lets the controller read the Secret that an object names: made below `scope`, `after` what that comes after."""
        secret = secret_of(manifest)
        if secret is None or self._account is None:
            return ()
        place = (scope, manifest.namespace, secret)
        if place not in self._made:
            name = f"{manifest.kind.lower()}-{manifest.name}-sign-in"
            names = [scope.stable(manifest.namespace), scope.stable(name)]
            objects = secret_reader(
                name, manifest.namespace, secret, account=self._account.name, account_namespace=self._account.namespace
            )
            reader = self._host.view.manifest(scope, ".".join(["Secret", *names]), objects)
            fix_logical_id(reader, logical_id(self._host.id, "Secret", *names))
            if after:
                reader.node.add_dependency(*after)
            self._made[place] = reader
        return (self._made[place],)

    def missing(self, member: Applied) -> Iterator[Finding]:
        """Secrets that the controller may not be allowed to read, since nobody here knows who it is."""
        for manifest in () if self._account is not None else member.manifests():
            if (secret := secret_of(manifest)) is not None:
                message = f"{manifest.kind} {manifest.full_name} names the Secret {secret!r} for sign-in."
                yield UNREADABLE_SECRET.at(manifest.source, message)
