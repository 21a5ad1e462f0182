"""What the outbox refuses."""

from app.core.problems import Problem


class MessageGone(Problem):
    """It was sent, or given up: its words are destroyed, so it cannot be sent again."""

    slug, status = "message-gone", 409
    title = "This message was sent or given up; its words are gone."
    title_zh = "该邮件已发送或已放弃，内容已销毁。"
