"""What mail to the staff says."""

from typing import Final

from app.features.mail.templates import Language, Template, Wording

INVITATION: Final = Template(
    code="invitation",
    wordings={
        Language.ZH: Wording(
            "CIMS 账户邀请",
            (
                "您好，管理员已为您开设 CIMS 账户，用户名：{username}。",
                "请打开以下链接设置密码：{link}",
                "该链接只能使用一次，{until} 前有效。请勿转发。若您并不知情，请忽略本邮件。",
            ),
        ),
        Language.EN: Wording(
            "Your CIMS account",
            (
                (
                    "Hello, an administrator has opened a CIMS account for you. "
                    "Your user name is {username}."
                ),
                "Choose your password here: {link}",
                (
                    "The link works once, until {until}. Do not pass it on. "
                    "If you know nothing of this, ignore this message."
                ),
            ),
        ),
    },
)
