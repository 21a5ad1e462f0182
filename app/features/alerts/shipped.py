"""The rules that are shipped: what a watcher is told of unless somebody decides otherwise."""

from dataclasses import dataclass, field
from typing import Any, Final

from app.core.parameters import read_parameters
from app.features.alerts.models import Severity
from app.features.alerts.parameters import PARAMETERS, RuleKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedRule:
    """A rule as data; what is not said of its parameters is as its kind has it."""

    code: str
    en: str
    zh: str
    kind: RuleKind
    severity: Severity = Severity.WARNING
    told: dict[str, Any] = field(default_factory=dict)

    @property
    def parameters(self) -> dict[str, Any]:
        """All parameters, as they are stored."""
        return read_parameters(PARAMETERS, self.kind, self.told).model_dump()


SHIPPED: Final = (
    ShippedRule(
        code="unusual_volume",
        en="Far more customers than usual",
        zh="查看客户数远超平时",
        kind=RuleKind.VOLUME,
    ),
    ShippedRule(
        code="at_night",
        en="Reading at night or on a day off",
        zh="夜间或休息日查看客户",
        kind=RuleKind.OFF_HOURS,
    ),
    ShippedRule(
        code="walking",
        en="Records or pages one after the other",
        zh="按顺序逐条或逐页查看",
        kind=RuleKind.SEQUENCE,
        severity=Severity.CRITICAL,
    ),
    ShippedRule(
        code="watched_records",
        en="Closely watched records, read from outside",
        zh="重点关注档案被非所属部门查看",
        kind=RuleKind.VIP,
    ),
    ShippedRule(
        code="own_record",
        en="One's own record",
        zh="查看本人档案",
        kind=RuleKind.OWN_RECORD,
    ),
    ShippedRule(
        code="guessing",
        en="Many refusals in a short time",
        zh="短时间内频繁被拒绝",
        kind=RuleKind.REFUSALS,
    ),
    ShippedRule(
        code="powerful_acts",
        en="Acts that change who sees what",
        zh="影响查看权限的重要操作",
        kind=RuleKind.OPERATION,
        severity=Severity.INFO,
        told={
            "operations": [
                *("open_emergency_access", "publish_role_draft", "remove_user_factors"),
                *("create_alert_rule", "change_alert_rule", "remove_alert_rule"),
            ]
        },
    ),
    ShippedRule(
        code="audit_broken",
        en="The audit does not hold",
        zh="审计记录校验失败",
        kind=RuleKind.OPERATION,
        severity=Severity.CRITICAL,
        told={"operations": ["verify_audit_trail"], "outcomes": ["failed"]},
    ),
)
