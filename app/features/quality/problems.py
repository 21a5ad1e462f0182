"""What quality refuses."""

from app.core.problems import Problem


class QualityRuleCodeTaken(Problem):
    """Another rule has this code, of whatever kind, or one that you do not see."""

    slug, status = "quality-rule-code-taken", 409
    title, title_zh = "Another rule has this code already.", "该规则代码已被使用。"


class IssueSettled(Problem):
    """The issue is not in the state that the act starts from."""

    slug, status = "issue-settled", 409
    title = "The issue has been fixed, ignored or opened meanwhile."
    title_zh = "该问题的状态已变更。"
