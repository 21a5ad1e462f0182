"""What mail about signing in says."""

from typing import Final

from app.features.mail.templates import Language, Template, Wording

PASSWORD_CHANGED: Final = Template(
    code="password_changed",
    wordings={
        Language.ZH: Wording(
            "CIMS 密码已更改",
            (
                "账户 {username} 的密码已于 {at} 更改，其他会话均已结束。",
                "若不是您本人所为，请立即联系管理员。",
            ),
        ),
        Language.EN: Wording(
            "Your CIMS password was changed",
            (
                "The password of {username} was changed at {at}. All other sessions have ended.",
                "If that was not you, tell an administrator at once.",
            ),
        ),
    },
)
