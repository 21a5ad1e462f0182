"""How a kind says no: a stable code without the value, and a sentence for it in both languages."""

from collections.abc import Mapping
from typing import Final


class Invalid(ValueError):  # noqa: N818 - a refusal is named after what is wrong (style.md)
    """Refuse an input by its stable code; the value itself is never carried along."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


MESSAGES: Final[Mapping[str, tuple[str, str]]] = {
    "boolean-invalid": ("Write yes or no.", "请填写“是”或“否”。"),
    "choice-unknown": ("This is not one of the choices.", "不在可选范围内。"),
    "country-unknown": (
        "Give the country as a code of ISO 3166, such as CN.",
        "请填写 ISO 3166 国家或地区代码,例如 CN。",
    ),
    "credit-code-check": (
        "The check character of this credit code does not fit; please look for a typing error.",
        "统一社会信用代码校验位不符,请检查是否录入有误。",
    ),
    "credit-code-invalid": (
        "A unified social credit code has 18 digits and letters, without I, O, S, V and Z.",
        "统一社会信用代码为 18 位数字或字母(不含 I、O、S、V、Z)。",
    ),
    "currency-unknown": (
        "Give the currency as a code of ISO 4217 in use today, such as CNY.",
        "请填写现行的 ISO 4217 货币代码,例如 CNY。",
    ),
    "date-invalid": (
        "Give a day of the calendar, such as 2026-01-05.",
        "请填写有效日期,例如 2026-01-05。",
    ),
    "decimal-invalid": (
        'Give a number as decimal text, such as "12.50".',
        '请以十进制文本填写数值,例如 "12.50"。',
    ),
    "decimal-too-precise": ("The number has too many decimal places.", "小数位数过多。"),
    "document-invalid": (
        "A document number has 5 to 20 letters, digits or Chinese characters.",
        "证件号码应为 5 至 20 位字母、数字或汉字。",
    ),
    "email-invalid": ("This is not a valid e-mail address.", "电子邮箱地址无效。"),
    "id-number-check": (
        "The check digit of this identity number does not fit; please look for a typing error.",
        "身份证号码校验位不符,请检查是否录入有误。",
    ),
    "id-number-date": (
        "The birth date in this identity number is no date.",
        "身份证号码中的出生日期无效。",
    ),
    "id-number-invalid": (
        "A resident identity number has 17 digits and a digit or X.",
        "居民身份证号码为 17 位数字加 1 位数字或 X。",
    ),
    "id-number-region": (
        "The region in this identity number is unknown.",
        "身份证号码中的地区代码无效。",
    ),
    "industry-invalid": (
        "Give the section letter of GB/T 4754 and up to 4 digits that belong to it, such as I65.",
        "请填写 GB/T 4754 门类字母及其下属的至多 4 位数字,例如 I65。",
    ),
    "language-unknown": (
        "Give the language as a BCP 47 tag, such as zh-CN.",
        "请填写 BCP 47 语言标记,例如 zh-CN。",
    ),
    "list-too-long": ("There are too many entries.", "条目过多。"),
    "money-invalid": (
        'Give the amount as decimal text and its currency: {"amount": "12.50", "currency": "CNY"}.',
        '请以十进制文本填写金额并注明货币:{"amount": "12.50", "currency": "CNY"}。',
    ),
    "money-out-of-range": ("The amount has more than 16 digits.", "金额超过 16 位。"),
    "money-too-precise": ("The amount has more than two decimal places.", "金额最多保留两位小数。"),
    "number-invalid": ("Give a whole number.", "请填写整数。"),
    "number-out-of-range": ("The number is outside the allowed range.", "数值超出允许范围。"),
    "phone-area-code-missing": (
        "Give a landline with its area code, such as 010-00000000.",
        "固定电话请带区号,例如 010-00000000。",
    ),
    "phone-extension": (
        "Give the number without its extension; the label has room for that.",
        "请勿在号码中填写分机号,可写在标签里。",
    ),
    "phone-invalid": (
        "This is not a phone number; numbers abroad start with + and the country code.",
        "电话号码无效;境外号码请以 + 和国家代码开头。",
    ),
    "postcode-invalid": ("This is not a postcode.", "邮政编码无效。"),
    "qq-invalid": ("A QQ number has 5 to 12 digits.", "QQ 号为 5 至 12 位数字。"),
    "text-control": (
        "The text contains control or invisible characters.",
        "文本含有控制字符或不可见字符。",
    ),
    "text-empty": ("The text is empty.", "文本为空。"),
    "text-too-long": ("The text is too long.", "文本过长。"),
    "time-zone-unknown": (
        "Give the time zone by its IANA name, such as Asia/Shanghai.",
        "请填写 IANA 时区名称,例如 Asia/Shanghai。",
    ),
    "timestamp-invalid": (
        "Give a moment as RFC 3339 says, such as 2026-01-05T08:30:00Z.",
        "请按 RFC 3339 填写时间,例如 2026-01-05T08:30:00Z。",
    ),
    "timestamp-zone-missing": (
        "Give the offset from UTC with the time, such as Z or +08:00.",
        "请注明时间的时区偏移,例如 Z 或 +08:00。",
    ),
    "type-boolean": ("True or false is needed here.", "此处应为布尔值。"),
    "type-integer": ("A whole number is needed here.", "此处应为整数。"),
    "type-list": ("A list is needed here.", "此处应为列表。"),
    "type-object": ("An object is needed here.", "此处应为对象。"),
    "type-string": ("Text is needed here.", "此处应为文本。"),
    "url-invalid": (
        "Give a web address that starts with http:// or https://.",
        "请填写以 http:// 或 https:// 开头的网址。",
    ),
    "uuid-invalid": (
        "Give an id of 32 hexadecimal digits in five groups.",
        "请填写由五组共 32 位十六进制数字组成的标识。",
    ),
    "value-is-mask": (
        "This is the masked form; leave the field out, or send its true value.",
        "这是脱敏后的内容;请省略该字段或提交真实值。",
    ),
    "wechat-invalid": (
        "A WeChat id has 6 to 20 letters, digits, _ or -, or is a mobile number.",
        "微信号为 6 至 20 位字母、数字、下划线或减号,或为手机号码。",
    ),
}
