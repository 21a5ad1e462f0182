"""What mail about second factors says."""

from typing import Final

from app.features.mail.templates import Language, Template, Wording

FACTORS_RESET: Final = Template(
    code="factors_reset",
    wordings={
        Language.ZH: Wording(
            "CIMS 双重验证已重置",
            (
                "管理员已于 {at} 移除账户 {username} 的全部双重验证方式和恢复码。",
                "下次登录后请重新添加。若您没有提出该请求，请立即联系管理员。",
            ),
        ),
        Language.EN: Wording(
            "Your CIMS second factors were removed",
            (
                (
                    "At {at} an administrator removed all second factors and recovery codes "
                    "of {username}."
                ),
                (
                    "Add a new one when you next sign in. "
                    "If you did not ask for this, tell an administrator at once."
                ),
            ),
        ),
    },
)
RECOVERY_CODE_USED: Final = Template(
    code="recovery_code_used",
    wordings={
        Language.ZH: Wording(
            "CIMS 恢复码已被使用",
            (
                "账户 {username} 的一个恢复码已于 {at} 被使用，该恢复码不能再次使用。",
                "若不是您本人所为，请立即更改密码并联系管理员。",
            ),
        ),
        Language.EN: Wording(
            "A CIMS recovery code was used",
            (
                "At {at} a recovery code of {username} was used; it cannot be used again.",
                "If that was not you, change your password and tell an administrator at once.",
            ),
        ),
    },
)
