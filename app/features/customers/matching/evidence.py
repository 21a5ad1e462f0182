"""What each finding counts for: Fellegi-Sunter weights with their figures and their words.

I. P. Fellegi and A. B. Sunter, A Theory for Record Linkage, Journal of the American Statistical
Association 64 (1969), 1183-1210: a finding weighs log2(m/u), where m is how often it is made of two
records of one customer, and u of two records of two customers. Weights of findings that do not
hang together are added; `scoring` says what is done where they do.
"""

from dataclasses import dataclass
from math import log2
from typing import Final

# Of two records drawn at random about one pair in a million is of one customer.
PRIOR: Final = log2(1e-6)


@dataclass(frozen=True, slots=True)
class Level:
    """A finding: its m and u, and what people are told of it; never a value."""

    m: float
    u: float
    en: str
    zh: str

    @property
    def weight(self) -> float:
        """What the finding counts for, in bits."""
        return log2(self.m / self.u)


# m is counted over the tuning halves of `bench/linkage.py`, rounded; u is worked out for 100,000
# customers: how many pairs would share it by chance, families and namesakes included.
LEVELS: Final[dict[str, Level]] = {
    "name": Level(0.6, 1e-4, "The names are the same.", "名称相同。"),
    "name_rare": Level(0.6, 6e-6, "The names are the same.", "名称相同。"),
    "name_sound": Level(0.08, 8e-5, "The names sound the same.", "名称读音相同。"),
    "name_order": Level(
        0.05, 2e-5, "The names are the same in another order.", "名称相同但顺序不同。"
    ),
    "name_initials": Level(0.03, 5e-4, "The names fit with initials.", "名称与缩写相符。"),
    "name_slip": Level(0.2, 1e-3, "The names differ in one character or slip.", "名称仅差一处。"),
    "name_sibling": Level(
        0.07, 2e-3, "The names differ in the last character only.", "姓名仅末字不同。"
    ),
    "name_family": Level(0.05, 5e-2, "The surnames are the same.", "姓氏相同。"),
    "name_differs": Level(0.02, 0.95, "The names differ.", "名称不同。"),
    "phone": Level(0.5, 3e-6, "The phones are the same.", "电话相同。"),
    "phone_other": Level(
        0.2, 3e-6, "A phone is among the other's further numbers.", "电话与另一方的其他号码相同。"
    ),
    "phone_slip": Level(0.2, 1e-6, "The phones differ in one digit.", "电话仅差一位。"),
    "phone_differs": Level(0.2, 1.0, "The phones differ.", "电话不同。"),
    "email": Level(0.6, 2e-6, "The e-mail addresses are the same.", "电子邮箱相同。"),
    "email_slip": Level(0.1, 5e-6, "The e-mail addresses differ slightly.", "电子邮箱仅差一处。"),
    "email_differs": Level(0.3, 1.0, "The e-mail addresses differ.", "电子邮箱不同。"),
    "wechat": Level(0.6, 2e-6, "The WeChat accounts are the same.", "微信号相同。"),
    "document": Level(0.8, 1e-8, "The document numbers are the same.", "证件号码相同。"),
    "document_slip": Level(
        0.15, 1e-6, "The document numbers differ slightly.", "证件号码仅差一处。"
    ),
    "document_differs": Level(0.002, 1.0, "The document numbers differ.", "证件号码不同。"),
    "credit_code": Level(0.9, 1e-9, "The credit codes are the same.", "统一社会信用代码相同。"),
    "credit_code_slip": Level(
        0.08, 1e-6, "The credit codes differ slightly.", "信用代码仅差一处。"
    ),
    "credit_code_differs": Level(0.002, 1.0, "The credit codes differ.", "统一社会信用代码不同。"),
    "birth": Level(0.85, 5e-5, "The dates of birth are the same.", "出生日期相同。"),
    "birth_slip": Level(0.12, 2e-3, "The dates of birth differ slightly.", "出生日期仅差一处。"),
    "birth_differs": Level(0.03, 1.0, "The dates of birth differ.", "出生日期不同。"),
    "address": Level(0.5, 1e-5, "The addresses are the same.", "地址相同。"),
    "address_alike": Level(0.3, 3e-4, "The addresses are alike.", "地址相近。"),
    "address_differs": Level(0.2, 1.0, "The addresses differ.", "地址不同。"),
    "city": Level(0.85, 0.15, "The cities are the same.", "城市相同。"),
    "city_differs": Level(0.1, 0.85, "The cities differ.", "城市不同。"),
    "postcode": Level(0.85, 2e-3, "The postcodes are the same.", "邮编相同。"),
    "region_differs": Level(0.02, 0.8, "The names are of different places.", "名称中的地区不同。"),
    "household": Level(1.0, 1.0, "They may share a household or an office.", "可能为同住或同事。"),
}
