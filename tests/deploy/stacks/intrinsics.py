"""The functions of a CloudFormation template, as CloudFormation works them out.

Facts: AWS CloudFormation template reference, "Intrinsic functions", "Condition functions", "Pseudo parameters", "Rules".
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any

from tests.deploy.stacks.refused import Unsupported

NO_VALUE: Any = object()
"""What `AWS::NoValue` is while a template is worked out: the property, or the member of a list, is not there."""
_HOLE = re.compile(r"\$\{(!?)([^}]*)\}")
_DYNAMIC = re.compile(r"\{\{resolve:[^}]*\}\}")


@dataclass(frozen=True)
class Scope:
    """What a template can refer to."""

    names: Mapping[str, Any]
    """Parameters and pseudo parameters by name."""
    resource: Callable[[str], str]
    """Physical id of a resource by logical id."""
    attribute: Callable[[str, str], Any]
    """Attribute of a resource by logical id and name."""
    imported: Callable[[str], Any] = field(default=lambda name: _unknown("export", name))
    """Value of an export by name."""
    output: Callable[[str, str], Any] = field(default=lambda stack, name: _unknown(f"output of stack {stack}", name))
    """Value of an output by stack and name, in the same region."""
    zones: Callable[[str], Sequence[str]] = field(default=lambda region: _unknown("zones of region", region))
    """Availability zones by region."""
    conditions: Mapping[str, Any] = field(default_factory=dict)
    """The template's conditions, not yet worked out."""
    mappings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def region(self) -> Any:
        """Where the stack is."""
        return self.names["AWS::Region"]

    def resolve(self, value: Any) -> Any:
        """The value with all functions worked out; NO_VALUE if nothing is left of it."""
        match value:
            case str():
                if _DYNAMIC.search(value):
                    raise Unsupported(f"dynamic reference {value!r}")
                return value
            case {"Ref": str(name), **rest} if not rest:
                return self._ref(name)
            case {"Condition": str(name), **rest} if not rest and name in self.conditions:
                return self.holds(name)
            case Mapping() if len(value) == 1 and next(iter(value)).startswith("Fn::"):
                ((function, argument),) = value.items()
                return self._call(function, argument)
            case Mapping():
                return {name: found for name, part in value.items() if (found := self.resolve(part)) is not NO_VALUE}
            case list() | tuple():
                return [found for part in value if (found := self.resolve(part)) is not NO_VALUE]
            case _:
                return value

    def holds(self, condition: str) -> bool:
        """Whether a condition of the template holds."""
        if condition not in self.conditions:
            raise Unsupported(f"condition {condition!r}, which the template does not have")
        return _truth(self.resolve(self.conditions[condition]))

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return NO_VALUE
        return self.names[name] if name in self.names else self.resource(name)

    def _call(self, function: str, argument: Any) -> Any:
        match function, argument:
            case "Fn::GetAtt", str(path):
                return self.attribute(*path.split(".", 1))
            case "Fn::GetAtt", [str(name), attribute]:
                return self.attribute(name, self.resolve(attribute))
            case "Fn::Sub", str(text):
                return self._sub(text, {})
            case "Fn::Sub", [str(text), given]:
                return self._sub(text, given)
            case "Fn::If", [str(condition), yes, no]:
                return self.resolve(yes if self.holds(condition) else no)
            case "Fn::FindInMap", [map_name, first, second]:
                return self.mappings[self.resolve(map_name)][self.resolve(first)][self.resolve(second)]
        return self._plain(function, self.resolve(argument))

    def _plain(self, function: str, argument: Any) -> Any:
        """Functions whose arguments are worked out before."""
        match function, argument:
            case "Fn::Join", [str(separator), list(parts)]:
                return separator.join(text(part) for part in parts)
            case "Fn::Split", [str(separator), str(whole)]:
                return whole.split(separator)
            case "Fn::Select", [index, list(parts)]:
                return parts[int(index)]
            case "Fn::GetAZs", str(region):
                return list(self.zones(region or self.region))
            case "Fn::Base64", str(whole):
                return base64.b64encode(whole.encode()).decode()
            case "Fn::ImportValue", str(name):
                return self.imported(name)
            case "Fn::GetStackOutput", {"StackName": str(stack), "OutputName": str(name), "Region": region} if (
                region == self.region
            ):
                return self.output(stack, name)
            case "Fn::Cidr", [str(block), count, bits]:
                network = ip_network(block)
                subnets = network.subnets(new_prefix=network.max_prefixlen - int(bits))
                return [str(next(subnets)) for _ in range(int(count))]
            case "Fn::Equals", [one, other]:
                return text(one) == text(other)
            case "Fn::Not", [one]:
                return not _truth(one)
            case "Fn::And", list(all_of):
                return all(map(_truth, all_of))
            case "Fn::Or", list(any_of):
                return any(map(_truth, any_of))
            case "Fn::Contains", [list(parts), one]:
                return one in parts
        raise Unsupported(f"{function} of {argument!r}")

    def _sub(self, whole: str, given: Mapping[str, Any]) -> str:
        def fill(hole: re.Match[str]) -> str:
            literal, name = hole.groups()
            if literal:
                return f"${{{name}}}"
            if name in given:
                return text(self.resolve(given[name]))
            return text(self.attribute(*name.split(".", 1)) if "." in name and "::" not in name else self._ref(name))

        return _HOLE.sub(fill, whole)


def references(value: Any) -> Iterator[str]:
    """The logical ids, and names of parameters, that a value refers to."""
    match value:
        case {"Ref": str(name), **rest} if not rest:
            yield name
        case {"Fn::GetAtt": str(name) | [str(name), *_], **rest} if not rest:
            yield name.split(".")[0]
        case {"Fn::Sub": str(whole) | [str(whole), *_] as argument, **rest} if not rest:
            given = argument[1] if isinstance(argument, list) else {}
            yield from (name.split(".")[0] for literal, name in _HOLE.findall(whole) if not literal and name not in given)
            yield from references(given)
        case Mapping():
            for part in value.values():
                yield from references(part)
        case list() | tuple():
            for part in value:
                yield from references(part)


def text(value: Any) -> str:
    """A scalar as CloudFormation writes it into a text, and sends it to custom resources."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, Mapping)) or value is None:
        raise Unsupported(f"{value!r} within a text")
    return str(value)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unsupported(f"{value!r} where true or false is needed")
    return value


def _unknown(what: str, name: str) -> Any:
    raise Unsupported(f"{what} {name!r}")
