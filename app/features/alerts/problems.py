"""What the handling of alerts, and of their rules, refuses."""

from app.core.problems import Problem


class AlertHandled(Problem):
    """Somebody has taken it already, or closed it."""

    slug, status = "alert-handled", 409
    title, title_zh = "Somebody has handled this alert already.", "该告警已被处理。"


class AlertIsYourOwn(Problem):
    """Nobody judges what they did themselves."""

    slug, status = "alert-is-your-own", 409
    title = "This alert is about yourself; a colleague has to handle it."
    title_zh = "该告警涉及您本人，须由其他同事处理。"


class AlertRuleCodeTaken(Problem):
    """Another rule has this code."""

    slug, status = "alert-rule-code-taken", 409
    title, title_zh = "Another rule has this code already.", "该规则代码已被使用。"


class AlertRuleShipped(Problem):
    """A shipped rule can be edited and switched off, so that a release knows what became of it."""

    slug, status = "alert-rule-shipped", 409
    title = "A shipped rule cannot be removed; switch it off instead."
    title_zh = "内置规则不能删除，可将其停用。"
