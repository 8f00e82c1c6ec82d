"""Rules: with transforms, regular expressions and JSON web tokens; priorities may be exchanged in one call.

Facts: ELBv2 API, CreateRule, ModifyRule, DeleteRule, SetRulePriorities, RedirectActionConfig (what is left out stays as it is).
"""

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.elbv2.exceptions import DuplicatePriorityError, PriorityInUseError
from moto.elbv2.models import ELBv2Backend, FakeAction, FakeRule
from moto.elbv2.responses import ELBV2Response

_create = ELBV2Response.create_rule
_modify = ELBV2Response.modify_rule
_delete = ELBv2Backend.delete_rule
_check_conditions = ELBv2Backend._validate_conditions
_make_action = FakeAction.__init__
_REDIRECTED = {"Protocol": "#{protocol}", "Host": "#{host}", "Port": "#{port}", "Path": "/#{path}", "Query": "#{query}"}
_check_actions = ELBv2Backend._validate_actions


def respond_create_rule(self: ELBV2Response) -> ActionResult:
    """With transforms."""
    result = _create(self)
    made: Any = result.result
    made["Rules"][0].transforms = self._get_params().get("Transforms", [])
    return result


def respond_modify_rule(self: ELBV2Response) -> ActionResult:
    """With transforms, which are taken away on demand only."""
    result = _modify(self)
    parameters = self._get_params()
    if parameters.get("ResetTransforms") or parameters.get("Transforms"):
        made: Any = result.result
        made["Rules"][0].transforms = parameters.get("Transforms", [])
    return result


def make_action(self: FakeAction, data: dict[str, Any]) -> None:
    """A redirect says all parts of where it leads."""
    if redirect := data.get("RedirectConfig"):
        data = {**data, "RedirectConfig": {**_REDIRECTED, **redirect}}
    _make_action(self, data)


def delete_rule(self: ELBv2Backend, arn: str) -> None:
    """With its tags."""
    _delete(self, arn)
    self.tagging_service.delete_all_tags_for_resource(arn)


def set_rule_priorities(self: ELBv2Backend, rule_priorities: list[dict[str, Any]]) -> list[FakeRule]:
    """What counts is how the listener stands when all are set."""
    wanted = {pair["RuleArn"]: int(pair["Priority"]) for pair in rule_priorities}
    rules = self.describe_rules(listener_arn=None, rule_arns=list(wanted))
    if repeated := [priority for priority in set(wanted.values()) if list(wanted.values()).count(priority) > 1]:
        raise DuplicatePriorityError(str(repeated[0]))
    others = [rule for rule in self.describe_rules(rules[0].listener_arn, None) if rule.arn not in wanted]
    if {str(rule.priority) for rule in others} & set(map(str, wanted.values())):
        raise PriorityInUseError()
    for rule in rules:
        rule.priority = wanted[rule.arn]
    return rules


def validate_conditions(self: ELBv2Backend, conditions: list[dict[str, Any]]) -> None:
    """Regular expressions stand where values do."""
    _check_conditions(
        self, [c for c in conditions if not any("RegexValues" in part for part in c.values() if isinstance(part, dict))]
    )


def validate_actions(self: ELBv2Backend, actions: list[FakeAction]) -> None:
    """JSON web tokens too."""
    _check_actions(self, [action for action in actions if action.type != "jwt-validation"])


AMENDED: list[tuple[type, str, object]] = [
    (FakeAction, "__init__", make_action),
    (ELBv2Backend, "delete_rule", delete_rule),
    (ELBv2Backend, "set_rule_priorities", set_rule_priorities),
    (ELBv2Backend, "_validate_conditions", validate_conditions),
    (ELBv2Backend, "_validate_actions", validate_actions),
    (ELBV2Response, "create_rule", respond_create_rule),
    (ELBV2Response, "modify_rule", respond_modify_rule),
]
