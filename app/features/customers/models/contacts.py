"""Further ways to reach a customer, and its places."""

from dataclasses import replace

from app.core import kinds
from app.core.fields import Field, Level
from app.core.kinds import choice, text
from app.core.records import Record
from app.features.customers.matching import keys
from app.features.customers.models import choices
from app.features.customers.models.groups import ADDRESS, CONTACT


def _mask(value: str) -> str:
    """Mask by the form of the value, as the same value is masked on the customer."""
    if value.startswith("+"):
        return kinds.PHONE.mask(value)
    return kinds.EMAIL.mask(value) if "@" in value else "***"


class ContactPoint(Record, noun="contact_point"):
    """A further phone, mail or account of a customer; which it is decides how it is checked."""

    type = Field(
        kind=choice(choices.ContactType), en="Type", zh="联系方式类型", group=CONTACT, required=True
    )
    value = Field(
        kind=replace(text(max_length=200), mask=_mask),
        en="Value",
        zh="联系方式",
        group=CONTACT,
        level=Level.PERSONAL,
        lookup_by="type",
        required=True,
        example="+8613800000001",
        match=keys.of_contact,
    )
    label = Field(kind=text(max_length=50), en="Label", zh="标签", group=CONTACT, example="Office")
    is_primary = Field(kind=kinds.BOOLEAN, en="Primary", zh="首选", group=CONTACT)
    state = Field(
        kind=choice(choices.ContactState), en="State", zh="有效状态", group=CONTACT, example="valid"
    )
    verified_at = Field(kind=kinds.TIMESTAMP, en="Verified", zh="核实时间", group=CONTACT)
    do_not_contact = Field(
        kind=kinds.BOOLEAN, en="Do not contact", zh="请勿联系", group=CONTACT, example=False
    )


class Address(Record, noun="address", plural="addresses"):
    """A place of a customer, for a purpose and a time."""

    type = Field(
        kind=choice(choices.AddressType), en="Type", zh="地址类型", group=ADDRESS, required=True
    )
    country = Field(kind=kinds.COUNTRY, en="Country", zh="国家", group=ADDRESS)
    province = Field(
        kind=text(max_length=50), en="Province", zh="省份", group=ADDRESS, example="北京市"
    )
    city = Field(kind=text(max_length=50), en="City", zh="城市", group=ADDRESS, example="北京市")
    district = Field(
        kind=text(max_length=50), en="District", zh="区县", group=ADDRESS, example="海淀区"
    )
    line = Field(
        kind=text(max_length=300),
        en="Street and number",
        zh="详细地址",
        group=ADDRESS,
        level=Level.PERSONAL,
        required=True,
        example="示例路 1 号",
        match=keys.of_address,
    )
    postcode = Field(
        kind=kinds.POSTCODE, en="Postcode", zh="邮编", group=ADDRESS, level=Level.PERSONAL
    )
    valid_from = Field(kind=kinds.DATE, en="Valid from", zh="生效日期", group=ADDRESS)
    valid_to = Field(
        kind=kinds.DATE, en="Valid to", zh="失效日期", group=ADDRESS, example="2030-12-31"
    )
