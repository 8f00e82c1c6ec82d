"""How an HTTPS listener speaks TLS: with which protocols and ciphers, and whether clients show a certificate.

Facts: Elastic Load Balancing documentation, "Security policies for your Application Load Balancer", "Mutual authentication with TLS
in Application Load Balancer"; controller documentation, "SSL policy", "Mutual authentication".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from typing import Any
from typing import Protocol as Shape

from eks_ingress.refusal import Refusals
from eks_ingress.routing.units import put, require_arn, require_flag
from eks_ingress.tokens import has_token


class TlsPolicy(Enum):
    """The protocols and ciphers of an HTTPS listener: the security policies that AWS has for application load balancers.

    A name tells the TLS versions first: `TLS13_1_2` is TLS 1.3 down to 1.2. `RES` leaves out weaker ciphers, `EXT1` and
    `EXT2` (of FIPS also `EXT0`) add older ones, `FIPS` keeps to validated cryptography, `PQ` adds key exchange that withstands
    quantum computers, `FS` has forward secrecy only, and `RFC9151` keeps to the CNSA 1.0 suite of the NSA, while its `INTEROP`
    ones take other clients as well.
    """

    TLS13_1_2_RES_PQ_2025_09 = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
    RECOMMENDED = TLS13_1_2_RES_PQ_2025_09
    """What AWS recommends, and its console's default: TLS 1.3 and 1.2, forward secrecy, and PQ for the clients that have it."""
    TLS13_1_3_PQ_2025_09 = "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09"
    TLS13_1_2_PQ_2025_09 = "ELBSecurityPolicy-TLS13-1-2-PQ-2025-09"
    TLS13_1_2_EXT1_PQ_2025_09 = "ELBSecurityPolicy-TLS13-1-2-Ext1-PQ-2025-09"
    TLS13_1_2_EXT2_PQ_2025_09 = "ELBSecurityPolicy-TLS13-1-2-Ext2-PQ-2025-09"
    TLS13_1_0_PQ_2025_09 = "ELBSecurityPolicy-TLS13-1-0-PQ-2025-09"

    TLS13_1_3_2021_06 = "ELBSecurityPolicy-TLS13-1-3-2021-06"
    TLS13_1_2_RES_2021_06 = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
    TLS13_1_2_2021_06 = "ELBSecurityPolicy-TLS13-1-2-2021-06"
    TLS13_1_2_EXT1_2021_06 = "ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06"
    TLS13_1_2_EXT2_2021_06 = "ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06"
    TLS13_1_1_2021_06 = "ELBSecurityPolicy-TLS13-1-1-2021-06"
    TLS13_1_0_2021_06 = "ELBSecurityPolicy-TLS13-1-0-2021-06"

    TLS13_1_3_FIPS_PQ_2025_09 = "ELBSecurityPolicy-TLS13-1-3-FIPS-PQ-2025-09"
    TLS13_1_2_RES_FIPS_PQ_2025_09 = "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-PQ-2025-09"
    """What AWS recommends where FIPS is asked for."""
    TLS13_1_2_FIPS_PQ_2025_09 = "ELBSecurityPolicy-TLS13-1-2-FIPS-PQ-2025-09"
    TLS13_1_2_EXT0_FIPS_PQ_2025_09 = "ELBSecurityPolicy-TLS13-1-2-Ext0-FIPS-PQ-2025-09"
    TLS13_1_2_EXT1_FIPS_PQ_2025_09 = "ELBSecurityPolicy-TLS13-1-2-Ext1-FIPS-PQ-2025-09"
    TLS13_1_2_EXT2_FIPS_PQ_2025_09 = "ELBSecurityPolicy-TLS13-1-2-Ext2-FIPS-PQ-2025-09"
    TLS13_1_0_FIPS_PQ_2025_09 = "ELBSecurityPolicy-TLS13-1-0-FIPS-PQ-2025-09"

    TLS13_1_3_FIPS_2023_04 = "ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04"
    TLS13_1_2_RES_FIPS_2023_04 = "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04"
    TLS13_1_2_FIPS_2023_04 = "ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04"
    TLS13_1_2_EXT0_FIPS_2023_04 = "ELBSecurityPolicy-TLS13-1-2-Ext0-FIPS-2023-04"
    TLS13_1_2_EXT1_FIPS_2023_04 = "ELBSecurityPolicy-TLS13-1-2-Ext1-FIPS-2023-04"
    TLS13_1_2_EXT2_FIPS_2023_04 = "ELBSecurityPolicy-TLS13-1-2-Ext2-FIPS-2023-04"
    TLS13_1_1_FIPS_2023_04 = "ELBSecurityPolicy-TLS13-1-1-FIPS-2023-04"
    TLS13_1_0_FIPS_2023_04 = "ELBSecurityPolicy-TLS13-1-0-FIPS-2023-04"

    TLS13_1_3_RFC9151_FIPS_2023_07 = "ELBSecurityPolicy-TLS13-1-3-RFC9151-FIPS-2023-07"
    TLS13_1_2_RFC9151_FIPS_2023_07 = "ELBSecurityPolicy-TLS13-1-2-RFC9151-FIPS-2023-07"
    TLS13_1_2_EXT0_RFC9151_FIPS_2023_07 = "ELBSecurityPolicy-TLS13-1-2-Ext0-RFC9151-FIPS-2023-07"
    TLS13_1_2_RFC9151_INTEROP1_FIPS_2023_07 = "ELBSecurityPolicy-TLS13-1-2-RFC9151-INTEROP1-FIPS-2023-07"
    TLS13_1_2_RFC9151_INTEROP2_FIPS_2023_07 = "ELBSecurityPolicy-TLS13-1-2-RFC9151-INTEROP2-FIPS-2023-07"
    TLS13_1_2_RFC9151_INTEROP3_FIPS_2023_07 = "ELBSecurityPolicy-TLS13-1-2-RFC9151-INTEROP3-FIPS-2023-07"
    TLS13_1_2_RFC9151_INTEROP4_FIPS_2023_07 = "ELBSecurityPolicy-TLS13-1-2-RFC9151-INTEROP4-FIPS-2023-07"
    """What AWS recommends to begin with on the way to RFC 9151: all TLS 1.3 and 1.2 clients are taken."""

    FS_1_2_RES_2020_10 = "ELBSecurityPolicy-FS-1-2-Res-2020-10"
    FS_1_2_RES_2019_08 = "ELBSecurityPolicy-FS-1-2-Res-2019-08"
    FS_1_2_2019_08 = "ELBSecurityPolicy-FS-1-2-2019-08"
    FS_1_1_2019_08 = "ELBSecurityPolicy-FS-1-1-2019-08"
    FS_2018_06 = "ELBSecurityPolicy-FS-2018-06"

    TLS_1_2_EXT_2018_06 = "ELBSecurityPolicy-TLS-1-2-Ext-2018-06"
    TLS_1_2_2017_01 = "ELBSecurityPolicy-TLS-1-2-2017-01"
    TLS_1_1_2017_01 = "ELBSecurityPolicy-TLS-1-1-2017-01"
    ELB_2016_08 = "ELBSecurityPolicy-2016-08"
    """TLS 1.2 down to 1.0: what the controller writes when nothing is said."""
    ELB_2015_05 = "ELBSecurityPolicy-2015-05"
    """The same protocols and ciphers as `ELB_2016_08`; AWS lists it for network load balancers only by now."""


_POLICY = re.compile(r"ELBSecurityPolicy-[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}$")


def require_tls_policy(refusals: Refusals, what: str, policy: TlsPolicy | str) -> None:
    """A security policy of AWS, by its name too, so that one that AWS adds later can be had; what looks mistyped is refused."""
    if isinstance(policy, TlsPolicy) or (isinstance(policy, str) and has_token(policy)):
        return
    near = _nearest(policy) if isinstance(policy, str) else None
    refusals.require(
        isinstance(policy, str) and _POLICY.fullmatch(policy) is not None and (near in (None, policy) or _is_newer(policy)),
        what,
        policy,
        "is none of the security policies of AWS",
        f"Did you mean {near!r}?" if near else f"Write `TlsPolicy.RECOMMENDED`, or a name such as {TlsPolicy.RECOMMENDED.value!r}.",
    )


def _nearest(policy: str) -> str | None:
    """The known name from which this one differs by a slip of the pen, if any: names of AWS are alike, and few letters matter."""
    by_short = {_short(known.value): known.value for known in TlsPolicy}
    found = get_close_matches(_short(policy), by_short, n=1, cutoff=0.9)
    return by_short[found[0]] if found else None


def _short(policy: str) -> str:
    return policy.lower().replace("_", "-").removeprefix("elbsecuritypolicy-")


def _is_newer(policy: str) -> bool:
    """Whether it bears a date after all those that are known here: AWS names new policies as the old ones."""
    dates = [found[0] for known in TlsPolicy if (found := _DATE.search(known.value))]
    date = _DATE.search(policy)
    return date is not None and date[0] > max(dates)


class HasTrustStoreArn(Shape):
    """Whatever knows the ARN of a trust store, as `aws_elasticloadbalancingv2.ITrustStore` does."""

    @property
    def trust_store_arn(self) -> Any:
        """ARN of the trust store."""
        ...


class MutualTlsMode(Enum):
    """What a listener does about certificates of clients."""

    OFF = "off"
    """It asks for none."""
    PASSTHROUGH = "passthrough"
    """It hands them to the targets, unchecked, in the header `X-Amzn-Mtls-Clientcert`."""
    VERIFY = "verify"
    """It checks them, and turns away clients without a good one."""


_TRUST_STORE = r"elasticloadbalancing:[a-z0-9-]+:[0-9]{12}:truststore/[A-Za-z0-9-]+/[0-9a-f]+"
_TRUST_STORE_EXAMPLE = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:truststore/clients/0123456789abcdef"
_TRUST_STORE_NAME = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class MutualTls:
    """Whether the clients of an HTTPS listener show a certificate; made by `off`, `passthrough` and `verify`.

    Raises `Refused` for what the controller would refuse: `verify` without a trust store, and what belongs to `verify` with another
    mode.

    Facts: controller documentation, "Mutual authentication"; Elastic Load Balancing API, MutualAuthenticationAttributes,
    CreateTrustStore.
    """

    mode: MutualTlsMode
    """What is done about certificates of clients."""
    trust_store: str | HasTrustStoreArn | None = None
    """The authorities whose certificates are good, with `verify` only: ARN or name of a trust store, or a CDK one."""
    ignore_client_certificate_expiry: bool | None = None
    """Whether certificates that have expired are good too, with `verify` only. Default: they are not."""
    advertise_trust_store_ca_names: bool | None = None
    """Whether clients are told the names of the authorities, so that they can choose a certificate, with `verify` only. Default:
    they are not."""

    def __post_init__(self) -> None:
        put(self, trust_store=getattr(self.trust_store, "trust_store_arn", self.trust_store))
        refusals = Refusals()
        refusals.require(
            isinstance(self.mode, MutualTlsMode),
            "mode of mutual TLS",
            self.mode,
            "is no MutualTlsMode",
            "Write `MutualTls.off()`, `MutualTls.passthrough()` or `MutualTls.verify(…)`.",
        )
        if self.mode is MutualTlsMode.VERIFY:
            self._check_trust_store(refusals)
            require_flag(refusals, "ignore_client_certificate_expiry", self.ignore_client_certificate_expiry)
            require_flag(refusals, "advertise_trust_store_ca_names", self.advertise_trust_store_ca_names)
        elif isinstance(self.mode, MutualTlsMode):
            for name in ("trust_store", "ignore_client_certificate_expiry", "advertise_trust_store_ca_names"):
                refusals.require(
                    getattr(self, name) is None,
                    name,
                    getattr(self, name),
                    f"is for mode 'verify'; the controller refuses it with {self.mode.value!r}",
                    "Write `MutualTls.verify(…)`, or leave it out.",
                )
        refusals.settle()

    def _check_trust_store(self, refusals: Refusals) -> None:
        store = self.trust_store
        if isinstance(store, str) and store.startswith("arn:"):
            require_arn(refusals, "trust_store", store, _TRUST_STORE, _TRUST_STORE_EXAMPLE)
            return
        refusals.require(
            store is not None,
            "trust_store",
            store,
            "is missing, without which no certificate can be verified",
            "Write `MutualTls.verify(trust_store)`, with its ARN, its name or a CDK TrustStore.",
        )
        refusals.require(
            store is None
            or (isinstance(store, str) and (has_token(store) or (len(store) <= 32 and _is_name_of_trust_store(store)))),
            "trust_store",
            store,
            "is neither the ARN nor the name of a trust store",
            f"Write an ARN such as {_TRUST_STORE_EXAMPLE!r}, or a name of up to 32 letters, digits and single '-' between them.",
        )

    @classmethod
    def off(cls) -> MutualTls:
        """Asks for no certificate; needed to end what was on before, since the controller leaves it on when nothing is said."""
        return cls(MutualTlsMode.OFF)

    @classmethod
    def passthrough(cls) -> MutualTls:
        """Hands the certificates of clients to the targets, unchecked; the targets must check them."""
        return cls(MutualTlsMode.PASSTHROUGH)

    @classmethod
    def verify(
        cls,
        trust_store: str | HasTrustStoreArn,
        *,
        ignore_client_certificate_expiry: bool | None = None,
        advertise_trust_store_ca_names: bool | None = None,
    ) -> MutualTls:
        """Turns away clients without a certificate of an authority in `trust_store`: its ARN, its name, or a CDK trust store.

        `ignore_client_certificate_expiry` takes expired ones as well, `advertise_trust_store_ca_names` tells clients which
        authorities are meant; by default neither.
        """
        return cls(
            MutualTlsMode.VERIFY,
            trust_store,
            ignore_client_certificate_expiry=ignore_client_certificate_expiry,
            advertise_trust_store_ca_names=advertise_trust_store_ca_names,
        )


def _is_name_of_trust_store(text: str) -> bool:
    return _TRUST_STORE_NAME.fullmatch(text) is not None
