"""What mail of campaigns says, to colleagues and to customers."""

from typing import Final

from app.features.mail.templates import Language, Template, Wording

WORK_LIST: Final = Template(
    code="update_campaign",
    wordings={
        Language.ZH: Wording(
            "客户资料核实任务",
            (
                "{username}，您好，资料核实活动“{campaign}”已经开始。",
                "您有 {count} 位客户待核实，请在 {until} 前完成。任务清单见 CIMS。",
            ),
        ),
        Language.EN: Wording(
            "Customer records to check",
            (
                'Hello {username}, the update campaign "{campaign}" has begun.',
                "{count} of your customers are to be checked by {until}. Your list is in CIMS.",
            ),
        ),
    },
)
REMINDER: Final = Template(
    code="update_campaign_reminder",
    wordings={
        Language.ZH: Wording(
            "提醒：客户资料核实任务",
            (
                "{username}，您好，资料核实活动“{campaign}”仍在进行。",
                "您还有 {count} 位客户待核实，请在 {until} 前完成。",
            ),
        ),
        Language.EN: Wording(
            "Reminder: customer records to check",
            (
                'Hello {username}, the update campaign "{campaign}" is still running.',
                "{count} of your customers are yet to be checked by {until}.",
            ),
        ),
    },
)
SELF_SERVICE: Final = Template(
    code="self_service",
    wordings={
        Language.ZH: Wording(
            "请核实您在我们这里的资料",
            (
                "您好，为保证资料准确，请打开以下链接，查看我们保存的您的联系资料，确认或更正：",
                "{link}",
                "链接在 {until} 前有效，提交一次后失效。请勿转发。",
                "如您没有与我们往来，请忽略本邮件。",
            ),
        ),
        Language.EN: Wording(
            "Please check your details with us",
            (
                (
                    "Hello, to keep your details right, please open this link. It shows the "
                    "contact details that we hold on you, to confirm or to correct:"
                ),
                "{link}",
                (
                    "The link serves until {until}, for one answer. Do not pass it on. "
                    "If you do not know us, ignore this message."
                ),
            ),
        ),
    },
)
