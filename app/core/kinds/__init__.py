"""Kinds of data: each says once how its values are checked, stored, masked and filtered."""

from app.core.kinds.choices import AGE_BAND, GENDER, AgeBand, Gender, choice
from app.core.kinds.codes import INDUSTRY, UUID
from app.core.kinds.decimals import CURRENCY, PRICE, QUANTITY
from app.core.kinds.documents import CREDIT_CODE, DOCUMENT, RESIDENT_ID
from app.core.kinds.invalid import MESSAGES, Invalid
from app.core.kinds.kind import Choice, Kind
from app.core.kinds.numbers import BOOLEAN, MONEY, whole
from app.core.kinds.online import EMAIL, QQ, URL, WECHAT
from app.core.kinds.phones import PHONE
from app.core.kinds.regions import COUNTRY, LANGUAGE, POSTCODE, POSTCODE_CN, TIME_ZONE
from app.core.kinds.text import (
    LONG_TEXT,
    PARTY_NAME,
    SHORT_TEXT,
    TAG_LIST,
    TEXT_LIST,
    text,
    text_list,
)
from app.core.kinds.times import DATE, TIMESTAMP

__all__ = [
    "AGE_BAND",
    "BOOLEAN",
    "COUNTRY",
    "CREDIT_CODE",
    "CURRENCY",
    "DATE",
    "DOCUMENT",
    "EMAIL",
    "GENDER",
    "INDUSTRY",
    "LANGUAGE",
    "LONG_TEXT",
    "MESSAGES",
    "MONEY",
    "PARTY_NAME",
    "PHONE",
    "POSTCODE",
    "POSTCODE_CN",
    "PRICE",
    "QQ",
    "QUANTITY",
    "RESIDENT_ID",
    "SHORT_TEXT",
    "TAG_LIST",
    "TEXT_LIST",
    "TIMESTAMP",
    "TIME_ZONE",
    "URL",
    "UUID",
    "WECHAT",
    "AgeBand",
    "Choice",
    "Gender",
    "Invalid",
    "Kind",
    "choice",
    "text",
    "text_list",
    "whole",
]
