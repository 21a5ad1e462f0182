"""The words of a customer's page, in both languages."""

from collections.abc import Mapping
from enum import Enum
from typing import Final


class Language(Enum):
    """A language of the page: its code in the address, its tag, and its own name."""

    ZH = ("zh", "zh-CN", "中文")
    EN = ("en", "en", "English")

    @property
    def code(self) -> str:
        """How the address names it."""
        return self.value[0]

    @property
    def tag(self) -> str:
        """Its BCP 47 tag."""
        return self.value[1]

    @property
    def own_name(self) -> str:
        """What its speakers call it."""
        return self.value[2]

    @property
    def other(self) -> "Language":
        """The language to switch to."""
        return Language.EN if self is Language.ZH else Language.ZH

    @property
    def is_chinese(self) -> bool:
        """Whether it is Chinese."""
        return self is Language.ZH


WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    Language.ZH: {
        "title": "请核实您的资料",
        "intro": "以下是我们保存的您的联系资料。如全部正确，请点击“全部正确”。",
        "intro_more": "如有错误，请直接修改后点击“提交更正”。更正经我们核对后生效。",
        "once": "本页面只能提交一次。",
        "confirm": "全部正确",
        "correct": "提交更正",
        "details": "您的资料",
        "faults": "以下内容需要修改，您填写的内容均已保留：",
        "confirmed_title": "谢谢，资料已确认",
        "confirmed_text": "我们已记录您的确认。您可以关闭此页面。",
        "held_title": "谢谢，已收到您的更正",
        "held_text": "我们核对后将更新您的资料。您可以关闭此页面。",
        "not_valid_title": "此链接无效",
        "not_valid_text": "链接可能已经使用过，或已超过有效期。如需更正资料，请联系您的客户经理。",
    },
    Language.EN: {
        "title": "Please check your details",
        "intro": "These are the contact details that we hold on you. If all are right, choose "
        "“All is right”.",
        "intro_more": "If something is wrong, change it here and choose “Send corrections”. We "
        "check corrections before they take effect.",
        "once": "This page takes one answer.",
        "confirm": "All is right",
        "correct": "Send corrections",
        "details": "Your details",
        "faults": "Please look at these again; what you typed is still there:",
        "confirmed_title": "Thank you, your details are confirmed",
        "confirmed_text": "We have noted it. You may close this page.",
        "held_title": "Thank you, we have your corrections",
        "held_text": "We will check them and bring your details up to date. You may close this "
        "page.",
        "not_valid_title": "This link is not valid",
        "not_valid_text": "It was used already, or its time is over. To correct your details, "
        "please ask whoever looks after you here.",
    },
}
