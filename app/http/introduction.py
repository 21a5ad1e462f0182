"""What the document says before its operations: how the service is used, and its parts by name."""

from typing import Final

INTRODUCTION: Final = """\
The customer archive: every role sees its own fields, and every look is on record.

**Sign in** with *Authorize*, or by `POST /v1/auth/token`, which takes a second factor along; send
`Authorization: Bearer TOKEN`.

**What you see.** A view has the same members for everybody. What you may not see is `null` and
named in `withheld`: `hidden`, or `masked` when a mask stands in its place. A name that is hidden
from you is refused like one that does not exist.

**Looking.** `HEAD` answers what `GET` answers, without its body, and counts as the same look.

**Changing.** `GET` gives an `ETag`; send it as `If-Match` with `PATCH` and `DELETE`. Without it the
answer is 428; 412 when somebody has changed meanwhile what you saw. `PATCH` is a JSON merge patch
(RFC 7396): what you leave out stays, `null` empties.

**Lists** come in pages: pass `next_cursor` as `cursor`. Filter by `tier=A`, `tier.in=A,B` or
`created_at.lt=2026-01-01T00:00:00Z`, order by `sort=-created_at`, narrow by `fields=name,tier`; an
answer to `fields` holds those members only. Nothing personal stands in an address: phones, mail and
document numbers are found by `POST /v1/customers/search`.

**Refusals** are `application/problem+json` (RFC 9457); [a page for each](/problems) explains it.

**Limits.** `RateLimit-Remaining` says how many requests are left in this minute; what costs more
than a look counts as several (`x-cost`).

**Retries.** Send an `Idempotency-Key` with a `POST` or `PATCH`: a second try under the same key
gets the first answer. **Purpose.** `X-Purpose` says what you need the data for; the audit keeps it.

Times are RFC 3339 in UTC, dates ISO 8601, phones E.164, money a decimal text with its currency.
"""
TAGS: Final = {
    "customers": ("Customers: the master record.", "客户档案"),
    "person-profiles": ("Profiles of persons.", "个人资料"),
    "organization-profiles": ("Profiles of organisations.", "单位资料"),
    "contact-points": ("Further ways to reach a customer.", "联系方式"),
    "addresses": ("Places of a customer.", "地址"),
    "notes": ("Notes of colleagues.", "备注"),
    "relationships": ("Ties between customers.", "客户关系"),
    "external-ids": ("Ids in other systems.", "外部编号"),
    "products": ("Products and their categories.", "产品与分类"),
    "orders": ("Orders and their steps.", "订单"),
    "order-lines": ("Lines of orders, and what a customer has bought.", "订单行与购买记录"),
    "order-returns": ("What came back.", "退货"),
    "campaigns": ("Update campaigns: tasks, and corrections by customers.", "资料更新活动"),
    "duplicates": ("Possible doubles, for the stewards.", "疑似重复"),
    "merges": ("Merges: several records made one, and taken back.", "客户合并"),
    "identity": ("Signing in and out, sessions, passwords.", "登录与会话"),
    "staff": ("Your rights, users and departments.", "员工与权限"),
    "api-clients": ("Other systems: their terms and their secrets.", "外部系统"),
    "access": ("Why somebody sees what of a customer.", "权限说明"),
    "emergency": ("Customers opened out of reach in an emergency, and their review.", "紧急访问"),
    "quality": ("Rules of quality, their breaches, scores and figures.", "数据质量"),
    "pool": ("The common pool: taking, releasing, following up; its rules.", "公海"),
    "exports": ("Customers that leave in a file, taken once.", "客户导出"),
    "imports": ("Spreadsheets that become customers: tried, approved, taken back.", "客户导入"),
    "factors": ("Second factors: authenticator apps, passkeys, recovery codes.", "双重验证"),
    "quotas": ("What one may be shown, look up and reveal in a day.", "每日额度"),
    "messages": ("Mail: where each message stands, and another try.", "邮件发送"),
    "roles": ("Roles: drafts, comparison, publication, and roles kept apart.", "角色与权限"),
    "jobs": ("What goes on after the answer: progress, outcome, cancelling.", "后台任务"),
    "alerts": ("Alerts of unusual reading, and their rules.", "异常访问告警"),
    "audit": ("The audit trail: who saw and changed what.", "审计记录"),
    "meta": ("The field catalogue, to draw forms and filters from.", "字段目录"),
    "service": ("Health and metrics, for operators.", "运行状态"),
}


def tags_of(names: list[str]) -> list[dict[str, str]]:
    """Describe the tags in both languages, in the order of their first route."""
    return [{"name": name, "description": " ".join(TAGS.get(name, (name,)))} for name in names]
