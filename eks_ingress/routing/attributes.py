"""What Elastic Load Balancing calls attributes: settings of load balancers, target groups and listeners, each a key and a text.

What is left at None is not written and stays as it is in AWS: for something new that is the default, named with each field; for
what had another value, that value. To go back, write the default.

Facts: controller documentation, "Custom attributes"; Elastic Load Balancing API, LoadBalancerAttribute, TargetGroupAttribute,
ListenerAttribute; Elastic Load Balancing documentation, "Edit target group attributes", "Target group health", "HTTP header
modification", "Access logs".
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from datetime import timedelta
from enum import Enum
from typing import Any, ClassVar, Literal
from typing import Protocol as Shape

from eks_ingress.refusal import Refusals
from eks_ingress.routing.units import (
    Span,
    made_from,
    put,
    require_count,
    require_flag,
    require_span,
    require_texts,
    span,
    whole_seconds,
)
from eks_ingress.tokens import has_token


class HasBucketName(Shape):
    """Whatever knows the name of a bucket, as `aws_s3.IBucket` does."""

    @property
    def bucket_name(self) -> Any:
        """Name of the bucket."""
        ...


_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Logs:
    """Where a load balancer writes its logs; `Logs.off()` for nowhere.

    The bucket must be in the load balancer's region, and its policy must allow Elastic Load Balancing to write: that of a bucket of
    the CDK is made to, where the app makes the bucket. Raises `Refused` for what is no name of a bucket, and for a prefix that AWS
    would refuse.

    Facts: Elastic Load Balancing documentation, "Access logs"; Amazon S3 documentation, "Bucket naming rules".
    """

    bucket: str | HasBucketName | None
    """Name of the S3 bucket, or the bucket of the CDK; None for no logs."""
    prefix: str | None = None
    """What the names of the logs begin with, without a '/' at either end and without `AWSLogs`, which AWS puts behind it; empty for
    nothing. Default: as it is in AWS (nothing)."""
    given: Any = made_from()
    """The bucket of the CDK that was passed in, for those who give it its policy; None for a name."""

    def __post_init__(self) -> None:
        bucket: Any = getattr(self.bucket, "bucket_name", self.bucket)
        put(self, bucket=bucket, given=None if bucket is self.bucket else self.bucket)
        refusals = Refusals()
        refusals.require(
            bucket is not None or self.given is None,
            "bucket of logs,",
            self.given,
            "has no name here, so that nothing would be written",
            "Write `aws_s3.Bucket.from_cfn_bucket(bucket)`.",
        )
        refusals.require(
            bucket is None
            or (isinstance(bucket, str) and (has_token(bucket) or (_BUCKET.fullmatch(bucket) is not None and ".." not in bucket))),
            "bucket of logs,",
            bucket,
            "is not the name of an S3 bucket",
            "Write its name, 3 to 63 lower-case letters, digits, '.' and '-', without 's3://' or anything behind it.",
        )
        if self.prefix is not None:
            _require_prefix(refusals, self.prefix)
            refusals.require(
                bucket is not None,
                "prefix of logs,",
                self.prefix,
                "would have no effect, since there are no logs",
                "Write `Logs(bucket, prefix)`, or leave it out.",
            )
        refusals.settle()

    @classmethod
    def off(cls) -> Logs:
        """No logs: stops those that there are."""
        return cls(None)

    def entries(self) -> dict[str, str]:
        """What is set, as texts by what AWS's keys end with."""
        if self.bucket is None:
            return {"enabled": "false"}
        prefix = {} if self.prefix is None else {"prefix": self.prefix}
        return {"enabled": "true", "bucket": str(self.bucket)} | prefix


def _require_prefix(refusals: Refusals, prefix: str) -> None:
    if not _is_text(refusals, "prefix of logs,", prefix) or has_token(prefix):
        return
    refusals.require(
        prefix == prefix.strip("/"),
        "prefix of logs,",
        prefix,
        "has a '/' at an end, which AWS refuses",
        f"Write {prefix.strip('/')!r}.",
    )
    refusals.require(
        "AWSLogs" not in prefix,
        "prefix of logs,",
        prefix,
        "has 'AWSLogs', which AWS refuses, since it puts that behind the prefix itself",
        "Write what stands before it, or leave the prefix out.",
    )
    _require_trimmed(refusals, "prefix of logs,", prefix)


class StickyCookie(Enum):
    """Whose cookie tells which target a client stays with."""

    LOAD_BALANCER = "lb_cookie"
    """One that the load balancer makes."""
    APPLICATION = "app_cookie"
    """One that the targets make."""


_COOKIE = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stickiness:
    """Whether a client stays with its target; made by `load_balancer_cookie`, `application_cookie` and `off`.

    Raises `Refused` for a time out of range, and for what is no name of a cookie or one that AWS keeps for itself.

    Facts: Elastic Load Balancing documentation, "Sticky sessions"; RFC 6265 for the names of cookies.
    """

    cookie: StickyCookie | None
    """Whose cookie it goes by; None for no stickiness."""
    cookie_name: str | None = None
    """Name of the application's cookie. Default: none, with the load balancer's cookie."""
    duration: Span | None = None
    """How long a client stays, counted from its last request: 1 s to 7 days in whole seconds. Default: as it is in AWS (1 day)."""

    def __post_init__(self) -> None:
        put(self, duration=span(self.duration))
        refusals = Refusals()
        if self.cookie is not None:
            _one_of(StickyCookie)(refusals, "stickiness cookie", self.cookie)
        require_span(refusals, "stickiness duration", self.duration, 1, 604800)
        refusals.require(
            self.cookie is not None or self.duration is None,
            "stickiness duration",
            None if self.duration is None else str(self.duration),
            "would have no effect, since there is no stickiness",
            "Write `Stickiness.off()`, or `Stickiness.load_balancer_cookie(…)`.",
        )
        if self.cookie is StickyCookie.APPLICATION:
            _require_cookie(refusals, self.cookie_name)
        else:
            refusals.require(
                self.cookie_name is None,
                "stickiness cookie_name",
                self.cookie_name,
                "would have no effect, since it is the name of an application's cookie",
                "Write `Stickiness.application_cookie(…)`.",
            )
        refusals.settle()

    @classmethod
    def load_balancer_cookie(cls, duration: Span | None = None) -> Stickiness:
        """A client stays with its target by a cookie that the load balancer makes, `AWSALB`. Default: for 1 day."""
        return cls(cookie=StickyCookie.LOAD_BALANCER, duration=duration)

    @classmethod
    def application_cookie(cls, name: str, duration: Span | None = None) -> Stickiness:
        """A client stays with its target by the cookie of this name that the target makes. Default: for 1 day."""
        return cls(cookie=StickyCookie.APPLICATION, cookie_name=name, duration=duration)

    @classmethod
    def off(cls) -> Stickiness:
        """Each request goes to any target."""
        return cls(cookie=None)

    def entries(self) -> dict[str, str]:
        """What is set, as texts by what AWS's keys end with."""
        if self.cookie is None:
            return {"enabled": "false"}
        kind = self.cookie.value
        name = {} if self.cookie_name is None else {f"{kind}.cookie_name": self.cookie_name}
        duration = {} if self.duration is None else {f"{kind}.duration_seconds": str(whole_seconds(self.duration))}
        return {"enabled": "true", "type": kind} | name | duration


def _require_cookie(refusals: Refusals, name: str | None) -> None:
    if isinstance(name, str) and has_token(name):
        return
    refusals.require(
        isinstance(name, str) and _COOKIE.fullmatch(name) is not None,
        "stickiness cookie_name",
        name,
        "is not the name of a cookie: letters, digits and !#$%&'*+-.^_`|~, at least one",
        "Write the name of the cookie that the application makes: 'JSESSIONID'.",
    )
    refusals.require(
        not isinstance(name, str) or not name.startswith("AWSALB"),
        "stickiness cookie_name",
        name,
        "begins with 'AWSALB', which AWS keeps for its own cookies",
        "Write the name of the application's cookie, or `Stickiness.load_balancer_cookie(…)`.",
    )


class Algorithm(Enum):
    """How a load balancer chooses among the targets of a group."""

    ROUND_ROBIN = "round_robin"
    """Each in turn."""
    LEAST_OUTSTANDING_REQUESTS = "least_outstanding_requests"
    """The one with the fewest requests in progress; not with slow start."""
    WEIGHTED_RANDOM = "weighted_random"
    """By chance; not with slow start, nor with stickiness."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MinimumHealthy:
    """How many targets must be healthy; with a count and a percentage, both must be reached.

    Raises `Refused` for neither, and for numbers out of range.

    Facts: Elastic Load Balancing documentation, "Target group health"; Elastic Load Balancing API, TargetGroupAttribute.
    """

    count: int | Literal["off"] | None = None
    """How many: 1 or more; 'off' for no matter how many. Default: as it is in AWS (1)."""
    percentage: int | Literal["off"] | None = None
    """How many of a hundred: 1 to 100; 'off' for no matter how many. Default: as it is in AWS ('off')."""

    def __post_init__(self) -> None:
        refusals = Refusals()
        refusals.require(
            (self.count, self.percentage) != (None, None),
            "MinimumHealthy",
            {"count": self.count, "percentage": self.percentage},
            "says nothing",
            "Write `MinimumHealthy(count=2)` or `MinimumHealthy(percentage=50)`.",
        )
        refusals.require(
            self.count in (None, "off") or _is_number(self.count),
            "MinimumHealthy count",
            self.count,
            "is out of range",
            "Write a whole number, 1 or more, or 'off'.",
        )
        refusals.require(
            self.percentage in (None, "off") or _is_number(self.percentage, 100),
            "MinimumHealthy percentage",
            self.percentage,
            "is out of range",
            "Write a whole number from 1 to 100, or 'off'.",
        )
        refusals.settle()

    def entries(self) -> dict[str, str]:
        """What is set, as texts by what AWS's keys end with."""
        numbers = {"count": self.count, "percentage": self.percentage}
        return {name: str(number) for name, number in numbers.items() if number is not None}


def _is_number(value: object, most: float = math.inf) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most


def _is_text(refusals: Refusals, what: str, value: object) -> bool:
    refusals.require(isinstance(value, str), what, value, "is no text", "Write a text in quotes.")
    return isinstance(value, str)


def _require_trimmed(refusals: Refusals, what: str, text: str) -> None:
    refusals.require(
        has_token(text) or text == text.strip(),
        what,
        text,
        "has a space at an end, which the controller drops",
        f"Write {text.strip()!r}.",
    )


_Check = Callable[[Refusals, str, Any], None]
"""Refuses a value, named by the text, if it is none that AWS takes."""


def seconds(least: int, most: int) -> _Check:
    """A length of time of so many seconds."""
    return lambda refusals, what, value: require_span(refusals, what, value, least, most)


def count(least: int, most: int) -> _Check:
    """A whole number of this range."""
    return lambda refusals, what, value: require_count(refusals, what, value, least, most)


def _one_of(kind: type[Enum]) -> _Check:
    members = ", ".join(f"`{kind.__name__}.{member.name}`" for member in kind)
    return lambda refusals, what, value: refusals.require(
        isinstance(value, kind), what, value, f"is no {kind.__name__}", f"Write one of {members}."
    )


def a_word(kind: type) -> _Check:
    """A word with entries of its own."""
    return lambda refusals, what, value: refusals.require(
        isinstance(value, kind), what, value, f"is no {kind.__name__}", f"Write a `{kind.__name__}`, or leave it out."
    )


def _as_text(value: Any) -> str:
    """A value as AWS writes most of them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, timedelta):
        return str(whole_seconds(value))
    return str(value.value if isinstance(value, Enum) else value)


def _on_off(value: bool) -> str:
    return "on" if value else "off"


def attribute(key: str, check: _Check, written: Callable[[Any], str] = _as_text) -> Any:
    """A field: its key in AWS, what is checked of it, and how it is written.

    Where a field holds a word with entries of its own, such as `Logs`, its key is what the keys of those begin with.
    """
    return field(default=None, metadata={"key": key, "check": check, "written": written})


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    """Attributes of something in AWS; each kind of thing has a class of its own. Raises `Refused` for what AWS would refuse."""

    what: ClassVar[str] = "attribute"
    """What one of them is called in messages."""

    other: Mapping[str, str] = field(default_factory=dict)
    """Attributes for which there is no field: AWS's keys, and values as AWS writes them. Default: none."""

    def __post_init__(self) -> None:
        put(self, **{member.name: span(value) for member, value in self._given()})
        refusals = Refusals()
        for member, value in self._given():
            member.metadata["check"](refusals, f"{self.what} {member.name}", value)
        if require_texts(refusals, f"other {self.what}s", self.other):
            self._check_other(refusals)
        self._check_together(refusals)
        refusals.settle()
        put(self, other=dict(self.other))

    def _given(self) -> Iterator[tuple[Field[Any], Any]]:
        """The fields that are set, with what they hold; without `other`, which has no key."""
        for member in fields(self):
            value = getattr(self, member.name)
            if member.metadata and value is not None:
                yield member, value

    def _check_other(self, refusals: Refusals) -> None:
        what = f"other {self.what}s,"
        known = {member.metadata["key"]: member.name for member in fields(self) if member.metadata}
        for key, value in self.other.items():
            _require_trimmed(refusals, f"value of {key!r} in {what}", value)
            if has_token(key):
                continue
            _require_trimmed(refusals, f"key in {what}", key)
            refusals.require(
                key != "" and "=" not in key,
                f"key in {what}",
                key,
                "is empty or has a '=', where its value would begin",
                "Write a key of Elastic Load Balancing, such as 'idle_timeout.timeout_seconds'.",
            )
            name = next((name for start, name in known.items() if f"{key}.".startswith(f"{start}.")), None)
            refusals.require(
                name is None, f"key in {what}", key, "has a field of its own, where values are checked", f"Write `{name}=…`."
            )

    def _check_together(self, refusals: Refusals) -> None:
        """Refuses what is wrong only together."""

    def entries(self) -> dict[str, str]:
        """What is set, as texts by AWS's keys: the fields in their order, then the others by key."""
        texts: dict[str, str] = {}
        for member, value in self._given():
            key = member.metadata["key"]
            if isinstance(value, Logs | Stickiness | MinimumHealthy):
                texts.update({f"{key}.{end}": text for end, text in value.entries().items()})
            else:
                texts[key] = member.metadata["written"](value)
        return texts | dict(sorted(self.other.items()))


CROSS_ZONE = "load_balancing.cross_zone.enabled"


class DesyncMitigation(Enum):
    """What becomes of requests that a load balancer and a target might read differently (HTTP desync)."""

    MONITOR = "monitor"
    """All go to the targets."""
    DEFENSIVE = "defensive"
    """Dangerous ones are refused; after doubtful ones, the connections are closed."""
    STRICTEST = "strictest"
    """All that do not keep to RFC 7230 are refused."""


class XffHeader(Enum):
    """What the load balancer does to the header `X-Forwarded-For` of a request."""

    APPEND = "append"
    """It adds the client's address."""
    PRESERVE = "preserve"
    """Nothing."""
    REMOVE = "remove"
    """It takes the header away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadBalancerAttributes(Attributes):
    """Attributes of an application load balancer. What is left at None stays as it is in AWS.

    Requests are always divided among the targets of all zones; `TargetGroupAttributes(cross_zone=False)` changes that for a target
    group. Raises `Refused` for what Elastic Load Balancing would refuse.

    Facts: controller documentation, "Custom attributes"; Elastic Load Balancing API, LoadBalancerAttribute.
    """

    what: ClassVar[str] = "load balancer attribute"

    idle_timeout: Span | None = attribute("idle_timeout.timeout_seconds", seconds(1, 4000))
    """Time without data after which a connection is closed: 1 s to 4,000 s in whole seconds. Default: 60 s."""
    client_keep_alive: Span | None = attribute("client_keep_alive.seconds", seconds(60, 604800))
    """How long a client may keep its connection: 60 s to 7 days in whole seconds. Default: 1 hour."""
    deletion_protection: bool | None = attribute("deletion_protection.enabled", require_flag)
    """Whether it cannot be deleted, not even by the controller, which then cannot let go of its Ingresses. Default: no."""
    http2: bool | None = attribute("routing.http2.enabled", require_flag)
    """Whether clients may speak HTTP/2. Default: yes."""
    desync_mitigation: DesyncMitigation | None = attribute("routing.http.desync_mitigation_mode", _one_of(DesyncMitigation))
    """What becomes of requests that might be read differently by a target. Default: `DesyncMitigation.DEFENSIVE`."""
    drop_invalid_header_fields: bool | None = attribute("routing.http.drop_invalid_header_fields.enabled", require_flag)
    """Whether headers with other characters in their names than letters, digits and '-' are taken away. Default: no."""
    preserve_host_header: bool | None = attribute("routing.http.preserve_host_header.enabled", require_flag)
    """Whether targets get the header `Host` as the client sent it. Default: no."""
    tls_version_and_cipher_headers: bool | None = attribute(
        "routing.http.x_amzn_tls_version_and_cipher_suite.enabled", require_flag
    )
    """Whether targets get the headers `x-amzn-tls-version` and `x-amzn-tls-cipher-suite`. Default: no."""
    client_port_in_xff: bool | None = attribute("routing.http.xff_client_port.enabled", require_flag)
    """Whether the header `X-Forwarded-For` has the client's port as well. Default: no."""
    xff_header: XffHeader | None = attribute("routing.http.xff_header_processing.mode", _one_of(XffHeader))
    """What becomes of the header `X-Forwarded-For`. Default: `XffHeader.APPEND`."""
    waf_fail_open: bool | None = attribute("waf.fail_open.enabled", require_flag)
    """Whether requests go to the targets when AWS WAF cannot be asked. Default: no."""
    zonal_shift: bool | None = attribute("zonal_shift.config.enabled", require_flag)
    """Whether Amazon Application Recovery Controller may move it out of a zone. Default: no."""
    deny_internet_gateway_traffic: bool | None = attribute("ipv6.deny_all_igw_traffic", require_flag)
    """Whether it is closed to an internet gateway. Default: yes if it is internal, no if it faces the internet."""
    access_logs: Logs | None = attribute("access_logs.s3", a_word(Logs))
    """Where it writes requests. Default: nowhere."""
    connection_logs: Logs | None = attribute("connection_logs.s3", a_word(Logs))
    """Where it writes connections of clients. Default: nowhere."""
    health_check_logs: Logs | None = attribute("health_check_logs.s3", a_word(Logs))
    """Where it writes health checks of targets. Default: nowhere."""

    def _check_together(self, refusals: Refusals) -> None:
        refusals.require(
            not isinstance(self.other, Mapping) or CROSS_ZONE not in self.other,
            "key in other load balancer attributes,",
            CROSS_ZONE,
            "cannot be set, since an application load balancer always sends to all zones",
            "Write `TargetGroupAttributes(cross_zone=False)` for the targets that shall have requests of their own zone only.",
        )


class ClientRouting(Enum):
    """Which zones of a network load balancer a client is led to by DNS."""

    ANY_AVAILABILITY_ZONE = "any_availability_zone"
    """Any."""
    AVAILABILITY_ZONE_AFFINITY = "availability_zone_affinity"
    """Its own, if that is healthy."""
    PARTIAL_AVAILABILITY_ZONE_AFFINITY = "partial_availability_zone_affinity"
    """Its own in 85 of 100 cases, otherwise any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkLoadBalancerAttributes(Attributes):
    """Attributes of a network load balancer: of a Service, or before an application load balancer, there since controller 3.2.

    What is left at None stays as it is in AWS. Raises `Refused` for what the controller or Elastic Load Balancing would refuse.

    Facts: controller documentation, "Load balancer attributes", "Frontend NLB"; Elastic Load Balancing API, LoadBalancerAttribute.
    """

    what: ClassVar[str] = "network load balancer attribute"

    access_logs: Logs | None = attribute("access_logs.s3", a_word(Logs))
    """Where it writes the connections of its TLS listeners; what it hands to an application load balancer is not among them.
    Default: nowhere."""
    deletion_protection: bool | None = attribute("deletion_protection.enabled", require_flag)
    """Whether it cannot be deleted, not even by the controller. Default: no."""
    cross_zone: bool | None = attribute(CROSS_ZONE, require_flag)
    """Whether connections are divided among the targets of all zones, not only those of the zone where they came in.
    Default: no."""
    client_routing_policy: ClientRouting | None = attribute("dns_record.client_routing_policy", _one_of(ClientRouting))
    """Which zones clients are led to. Default: `ClientRouting.ANY_AVAILABILITY_ZONE`."""
    zonal_shift: bool | None = attribute("zonal_shift.config.enabled", require_flag)
    """Whether Amazon Application Recovery Controller may move it out of a zone. Default: no."""
    deny_internet_gateway_traffic: bool | None = attribute("ipv6.deny_all_igw_traffic", require_flag)
    """Whether it is closed to an internet gateway. Default: yes if it is internal, no if it faces the internet."""
    secondary_addresses: int | None = attribute("secondary_ips.auto_assigned.per_subnet", count(0, 7))
    """Additional addresses in each subnet, for more connections at once: 0 to 7; AWS lets no one lower it later. Default: 0."""


def _slow_start(refusals: Refusals, what: str, value: Any) -> None:
    in_range = isinstance(value, timedelta) and value.microseconds == 0 and 30 <= value.total_seconds() <= 900
    refusals.require(
        in_range or value == timedelta(0),
        what,
        str(value) if isinstance(value, timedelta) else value,
        "must be a datetime.timedelta or a Duration of 30 s to 900 s, in whole seconds, or of 0 s",
        "Write timedelta(seconds=30) or longer, up to timedelta(seconds=900), or timedelta(0) for none.",
    )


def require_health(refusals: Refusals, what: str, dns: MinimumHealthy | None, routing: MinimumHealthy | None) -> None:
    """How many targets of a group must be healthy, for DNS to name a zone, and for unhealthy targets to get nothing."""
    if not isinstance(routing, MinimumHealthy):
        return
    refusals.require(
        routing.count != "off",
        f"{what} unhealthy_routing_min_healthy, count",
        routing.count,
        "cannot be off",
        "Write `MinimumHealthy(count=1)`, which is the default.",
    )
    if not isinstance(dns, MinimumHealthy):
        return
    for name, first, second in (("count", dns.count, routing.count), ("percentage", dns.percentage, routing.percentage)):
        refusals.require(
            not isinstance(first, int) or not isinstance(second, int) or first >= second,
            f"{what} dns_failover_min_healthy, {name}",
            first,
            f"is below that of unhealthy_routing_min_healthy, {second}, while AWS must take a zone out of DNS first",
            f"Write {second} or more.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetGroupAttributes(Attributes):
    """Attributes of the target group of an application load balancer. What is left at None stays as it is in AWS.

    Raises `Refused` for what Elastic Load Balancing would refuse.

    Facts: controller documentation, "Custom attributes"; Elastic Load Balancing API, TargetGroupAttribute; Elastic Load Balancing
    documentation, "Edit target group attributes", "Target group health".
    """

    what: ClassVar[str] = "target group attribute"

    deregistration_delay: Span | None = attribute("deregistration_delay.timeout_seconds", seconds(0, 3600))
    """How long a target that leaves may finish its requests: 0 s to 1 hour in whole seconds. Default: 300 s."""
    slow_start: Span | None = attribute("slow_start.duration_seconds", _slow_start)
    """Time in which a new target gets more and more requests: 30 s to 900 s in whole seconds, or 0 s for none; with
    `Algorithm.ROUND_ROBIN` only. Default: none."""
    stickiness: Stickiness | None = attribute("stickiness", a_word(Stickiness))
    """Whether a client stays with its target; not with `Algorithm.WEIGHTED_RANDOM`, nor without `cross_zone`. Default: no."""
    algorithm: Algorithm | None = attribute("load_balancing.algorithm.type", _one_of(Algorithm))
    """How the target of a request is chosen. Default: `Algorithm.ROUND_ROBIN`."""
    anomaly_mitigation: bool | None = attribute("load_balancing.algorithm.anomaly_mitigation", require_flag, _on_off)
    """Whether targets that fail more often than the others get fewer requests; with `Algorithm.WEIGHTED_RANDOM` only.
    Default: no."""
    cross_zone: bool | None = attribute(CROSS_ZONE, require_flag)
    """Whether requests are divided among the targets of all zones, not only those of the zone where they came in. Default: as the
    load balancer does (yes)."""
    dns_failover_min_healthy: MinimumHealthy | None = attribute(
        "target_group_health.dns_failover.minimum_healthy_targets", a_word(MinimumHealthy)
    )
    """With fewer healthy targets than this, DNS leads clients to other zones. Default: one."""
    unhealthy_routing_min_healthy: MinimumHealthy | None = attribute(
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets", a_word(MinimumHealthy)
    )
    """With fewer healthy targets than this, all have requests, the unhealthy too; its count cannot be off, and it must not be above
    `dns_failover_min_healthy`. Default: one."""

    def _check_together(self, refusals: Refusals) -> None:
        refusals.require(
            self.algorithm not in (Algorithm.LEAST_OUTSTANDING_REQUESTS, Algorithm.WEIGHTED_RANDOM)
            or self.slow_start in (None, timedelta(0)),
            "target group attribute slow_start",
            str(self.slow_start),
            f"cannot be used with {self.algorithm}",
            "Write `Algorithm.ROUND_ROBIN`, or leave `slow_start` out.",
        )
        refusals.require(
            self.anomaly_mitigation is not True or self.algorithm is Algorithm.WEIGHTED_RANDOM,
            "target group attribute anomaly_mitigation",
            self.anomaly_mitigation,
            "needs Algorithm.WEIGHTED_RANDOM",
            "Write `algorithm=Algorithm.WEIGHTED_RANDOM`, or leave `anomaly_mitigation` out.",
        )
        sticky = isinstance(self.stickiness, Stickiness) and self.stickiness.cookie is not None
        refusals.require(
            not sticky or self.algorithm is not Algorithm.WEIGHTED_RANDOM,
            "target group attribute algorithm",
            Algorithm.WEIGHTED_RANDOM.value,
            "cannot be used with stickiness",
            "Write another algorithm, or `Stickiness.off()`.",
        )
        refusals.require(
            not sticky or self.cross_zone is not False,
            "target group attribute cross_zone",
            self.cross_zone,
            "cannot be used with stickiness",
            "Leave `cross_zone` out, or write `Stickiness.off()`.",
        )
        require_health(refusals, self.what, self.dns_failover_min_healthy, self.unhealthy_routing_min_healthy)


_HEADER_VALUE = re.compile(r"[A-Za-z0-9_ :;.,\\/'?!(){}\[\]@<>=+*#&`|~^%-]*")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#%&'*+.^_`|~-]*")


def _header(refusals: Refusals, what: str, value: Any) -> None:
    if not _is_text(refusals, what, value) or has_token(value):
        return
    refusals.require(
        _HEADER_VALUE.fullmatch(value) is not None and len(value) <= 1024,
        what,
        value,
        "is no value that AWS puts into a header: up to 1,024 letters, digits, spaces and _:;.,\\/'?!(){}[]@<>=-+*#&`|~^%",
        "Write it without other characters, such as double quotes.",
    )
    _require_trimmed(refusals, what, value)


def _header_of(*values: str) -> _Check:
    choice = " or ".join(repr(value) for value in values)
    return lambda refusals, what, value: refusals.require(
        isinstance(value, str) and (has_token(value) or value in ("", *values)),
        what,
        value,
        "is no value that this header has",
        f"Write {choice}, or '' to add no such header.",
    )


def _header_name(refusals: Refusals, what: str, value: Any) -> None:
    refusals.require(
        isinstance(value, str) and (has_token(value) or (_HEADER_NAME.fullmatch(value) is not None and len(value) <= 1024)),
        what,
        value,
        "is not the name of a header: letters, digits and !#%&'*+-.^_`|~",
        "Write a name such as 'X-Client-Subject', or '' for AWS's own.",
    )


def _max_age(refusals: Refusals, what: str, value: Any) -> None:
    if value != "":
        require_span(refusals, what, value, 0, 86400)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenerAttributes(Attributes):
    """Attributes of a listener of an application load balancer. What is left at None stays as it is in AWS.

    It can put headers into all answers, in place of those of the same name from the targets: up to 1,024 characters each, without
    double quotes and '$'; the empty text adds none. On an HTTPS listener it can also give other names to the headers in which
    targets get what is known of the client's certificate and of TLS; the empty text gives back AWS's names. Raises `Refused` for
    what Elastic Load Balancing would refuse, and for values that the header in question does not have.

    Facts: controller documentation, "Custom attributes"; Elastic Load Balancing API, ListenerAttribute; Elastic Load Balancing
    documentation, "HTTP header modification"; RFC 9110 for the names of headers.
    """

    what: ClassVar[str] = "listener attribute"

    server_header: bool | None = attribute("routing.http.response.server.enabled", require_flag)
    """Whether answers have the header `Server: awselb/2.0`. Default: yes."""
    strict_transport_security: str | None = attribute("routing.http.response.strict_transport_security.header_value", _header)
    """That browsers shall use HTTPS only: `max-age=31536000; includeSubDomains`. Default: not added."""
    access_control_allow_origin: str | None = attribute("routing.http.response.access_control_allow_origin.header_value", _header)
    """From which origin scripts may read answers: `https://shop.example.com` or `*`. Default: not added."""
    access_control_allow_methods: str | None = attribute("routing.http.response.access_control_allow_methods.header_value", _header)
    """Which methods scripts of another origin may use: `GET, POST`. Default: not added."""
    access_control_allow_headers: str | None = attribute("routing.http.response.access_control_allow_headers.header_value", _header)
    """Which headers scripts of another origin may send: `Authorization, X-Trace`. Default: not added."""
    access_control_allow_credentials: bool | str | None = attribute(
        "routing.http.response.access_control_allow_credentials.header_value", _header_of("true")
    )
    """Whether scripts of another origin may send cookies: True, which is held as `true`; False or empty for no such header.
    Default: not added."""
    access_control_expose_headers: str | None = attribute(
        "routing.http.response.access_control_expose_headers.header_value", _header
    )
    """Which headers of answers scripts of another origin may read: `X-Trace`. Default: not added."""
    access_control_max_age: Span | Literal[""] | None = attribute(
        "routing.http.response.access_control_max_age.header_value", _max_age
    )
    """How long browsers may keep what they were told of all these: 0 s to 1 day in whole seconds. Default: not added."""
    content_security_policy: str | None = attribute("routing.http.response.content_security_policy.header_value", _header)
    """From where browsers may load what: `default-src 'self'`. Default: not added."""
    x_content_type_options: str | None = attribute(
        "routing.http.response.x_content_type_options.header_value", _header_of("nosniff")
    )
    """That browsers shall not guess the type of content: `nosniff`. Default: not added."""
    x_frame_options: str | None = attribute("routing.http.response.x_frame_options.header_value", _header_of("DENY", "SAMEORIGIN"))
    """Whether other pages may show an answer in a frame: `DENY` or `SAMEORIGIN`. Default: not added."""

    mtls_serial_number_header: str | None = attribute(
        "routing.http.request.x_amzn_mtls_clientcert_serial_number.header_name", _header_name
    )
    """Name of the header with the serial number of the client's certificate. Default: `X-Amzn-Mtls-Clientcert-Serial-Number`."""
    mtls_issuer_header: str | None = attribute("routing.http.request.x_amzn_mtls_clientcert_issuer.header_name", _header_name)
    """Name of the header with its issuer. Default: `X-Amzn-Mtls-Clientcert-Issuer`."""
    mtls_subject_header: str | None = attribute("routing.http.request.x_amzn_mtls_clientcert_subject.header_name", _header_name)
    """Name of the header with its subject. Default: `X-Amzn-Mtls-Clientcert-Subject`."""
    mtls_validity_header: str | None = attribute("routing.http.request.x_amzn_mtls_clientcert_validity.header_name", _header_name)
    """Name of the header that says from when to when it is valid. Default: `X-Amzn-Mtls-Clientcert-Validity`."""
    mtls_leaf_header: str | None = attribute("routing.http.request.x_amzn_mtls_clientcert_leaf.header_name", _header_name)
    """Name of the header with the certificate itself. Default: `X-Amzn-Mtls-Clientcert-Leaf`."""
    mtls_certificate_header: str | None = attribute("routing.http.request.x_amzn_mtls_clientcert.header_name", _header_name)
    """Name of the header with the certificate and its chain. Default: `X-Amzn-Mtls-Clientcert`."""
    tls_version_header: str | None = attribute("routing.http.request.x_amzn_tls_version.header_name", _header_name)
    """Name of the header with the version of TLS. Default: `X-Amzn-Tls-Version`."""
    tls_cipher_suite_header: str | None = attribute("routing.http.request.x_amzn_tls_cipher_suite.header_name", _header_name)
    """Name of the header with the cipher suite. Default: `X-Amzn-Tls-Cipher-Suite`."""

    def __post_init__(self) -> None:
        credentials = self.access_control_allow_credentials
        if isinstance(credentials, bool):
            put(self, access_control_allow_credentials="true" if credentials else "")
        Attributes.__post_init__(self)
