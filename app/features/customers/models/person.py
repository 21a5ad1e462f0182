"""The person profile: who the person is beyond name and number."""

from dataclasses import replace
from typing import Final

from app.core import kinds
from app.core.fields import Field, Level
from app.core.kinds import choice, text
from app.core.records import Record
from app.features.customers.matching import keys
from app.features.customers.models import choices
from app.features.customers.models.groups import CHARACTER, DEMOGRAPHICS, DOCUMENT


def _document_number(value: object) -> str:
    """Check a resident id number by its own rules; any other document loosely."""
    try:
        checked: str = kinds.RESIDENT_ID.normalise(value)
    except kinds.Invalid:
        number: str = kinds.DOCUMENT.normalise(value)
        if len(number) == RESIDENT_LENGTH and number[:-1].isdigit():
            raise
        return number
    return checked


RESIDENT_LENGTH: Final = 18
ID_NUMBER: Final = replace(kinds.RESIDENT_ID, name="id_number", normalise=_document_number)


class PersonProfile(Record, noun="person_profile", single=True):
    """What is known of a person; every customer of kind person has one."""

    gender = Field(kind=choice(choices.Gender), en="Gender", zh="性别", group=DEMOGRAPHICS)
    age_band = Field(
        kind=choice(choices.AgeBand),
        en="Age band",
        zh="年龄段",
        group=DEMOGRAPHICS,
        example="65_up",
    )
    birth_date = Field(
        kind=kinds.DATE,
        en="Date of birth",
        zh="出生日期",
        group=DEMOGRAPHICS,
        level=Level.PERSONAL,
        aliases=("生日", "Birthday"),
        example="1900-01-01",
        match=keys.of_date,
    )
    education = Field(
        kind=text(max_length=50),
        en="Education",
        zh="学历",
        group=DEMOGRAPHICS,
        level=Level.PERSONAL,
        aliases=("教育程度",),
        example="Bachelor",
    )
    occupation = Field(
        kind=text(max_length=100),
        en="Occupation",
        zh="职业",
        group=DEMOGRAPHICS,
        level=Level.PERSONAL,
        example="Buyer",
    )
    employer = Field(
        kind=text(max_length=200),
        en="Employer",
        zh="工作单位",
        group=DEMOGRAPHICS,
        level=Level.PERSONAL,
        example="示例贸易有限公司",
    )
    household = Field(
        kind=text(max_length=500),
        en="Household",
        zh="家庭情况",
        group=CHARACTER,
        level=Level.PERSONAL,
        example="Two children",
    )
    personality = Field(
        kind=text(max_length=500),
        en="Personality",
        zh="性格",
        group=CHARACTER,
        level=Level.PERSONAL,
        example="Patient",
    )
    hobbies = Field(
        kind=text(max_length=500),
        en="Hobbies",
        zh="兴趣爱好",
        group=CHARACTER,
        level=Level.PERSONAL,
        aliases=("爱好",),
        example="Tea, hiking",
    )
    ability = Field(
        kind=text(max_length=500),
        en="Ability",
        zh="能力",
        group=CHARACTER,
        level=Level.PERSONAL,
        example="Negotiates in English",
    )
    language = Field(kind=kinds.LANGUAGE, en="Language", zh="语言", group=DEMOGRAPHICS)
    time_zone = Field(kind=kinds.TIME_ZONE, en="Time zone", zh="时区", group=DEMOGRAPHICS)
    document_type = Field(
        kind=choice(choices.DocumentType), en="Document", zh="证件类型", group=DOCUMENT
    )
    id_number = Field(
        kind=ID_NUMBER,
        en="Document number",
        zh="证件号码",
        group=DOCUMENT,
        level=Level.SENSITIVE,
        lookup="document",
        aliases=("身份证号", "身份证号码", "身份证", "ID number"),
        match=keys.of_number,
    )
