"""The organisation profile: the Chinese customer card of a company."""

from app.core import kinds
from app.core.fields import Field, Level
from app.core.kinds import choice, text, whole
from app.core.records import Record
from app.features.customers.matching import keys
from app.features.customers.models import choices
from app.features.customers.models.groups import BUSINESS, PEOPLE, REGISTRATION


def _person(en: str, zh: str, *aliases: str, example: str) -> Field:
    return Field(
        kind=kinds.PARTY_NAME,
        en=en,
        zh=zh,
        group=PEOPLE,
        level=Level.PERSONAL,
        aliases=aliases,
        example=example,
    )


def _trait(en: str, zh: str, example: str) -> Field:
    return Field(
        kind=text(max_length=500), en=en, zh=zh, group=PEOPLE, level=Level.PERSONAL, example=example
    )


def _fact(en: str, zh: str, *aliases: str, longest: int = 500, example: str) -> Field:
    return Field(
        kind=text(max_length=longest),
        en=en,
        zh=zh,
        group=BUSINESS,
        aliases=aliases,
        example=example,
    )


class OrganizationProfile(Record, noun="organization_profile", single=True):
    """What is known of an organisation; every customer of kind organization has one."""

    legal_name = Field(
        kind=kinds.PARTY_NAME,
        en="Legal name",
        zh="法定名称",
        group=REGISTRATION,
        level=Level.PERSONAL,
        aliases=("注册名称",),
        example="示例贸易有限公司",
        match=keys.of_company,
    )
    registration_no = Field(
        kind=kinds.CREDIT_CODE,
        en="Unified social credit code",
        zh="统一社会信用代码",
        group=REGISTRATION,
        level=Level.PERSONAL,
        lookup="credit_code",
        aliases=("信用代码", "税号", "USCC"),
        match=keys.of_number,
    )
    legal_representative = _person("Legal representative", "法定代表人", "法人代表", example="李娜")
    manager_name = _person("Manager", "负责人", example="王芳")
    owner_name = _person("Proprietor", "经营者", "企业主", example="李娜")
    owner_personality = _trait("Proprietor's personality", "经营者性格", example="Open")
    owner_hobbies = _trait("Proprietor's hobbies", "经营者兴趣爱好", example="Tea, hiking")
    owner_education = _trait("Proprietor's education", "经营者学历", example="Master")
    owner_ability = _trait("Proprietor's ability", "经营者能力", example="Finds markets early")
    org_form = Field(
        kind=choice(choices.OrgForm),
        en="Form",
        zh="企业组织形式",
        group=BUSINESS,
        example="private",
    )
    industry_code = Field(
        kind=kinds.INDUSTRY,
        en="Industry",
        zh="行业代码",
        group=BUSINESS,
        aliases=("行业",),
        example="F51",
    )
    founded_on = Field(
        kind=kinds.DATE,
        en="Founded",
        zh="创业时间",
        group=BUSINESS,
        aliases=("成立日期",),
        example="2008-03-01",
    )
    registered_capital = Field(
        kind=kinds.MONEY,
        en="Registered capital",
        zh="注册资本",
        group=BUSINESS,
        example={"amount": "5000000.00", "currency": "CNY"},
    )
    assets = Field(
        kind=kinds.MONEY,
        en="Assets",
        zh="资产",
        group=BUSINESS,
        example={"amount": "12000000.00", "currency": "CNY"},
    )
    turnover = Field(
        kind=kinds.MONEY,
        en="Turnover",
        zh="年营业额",
        group=BUSINESS,
        aliases=("营业额",),
        example={"amount": "30000000.00", "currency": "CNY"},
    )
    headcount = Field(
        kind=whole(0, 10_000_000), en="Headcount", zh="员工人数", group=BUSINESS, example=120
    )
    service_area = _fact("Service area", "服务区域", "销售区域", example="North China")
    sales_ability = _fact("Sales ability", "销售能力", example="Twelve own salespeople")
    growth_potential = _fact(
        "Growth potential", "发展潜力", example="A second branch within a year"
    )
    business_philosophy = _fact(
        "Business philosophy",
        "经营观念",
        "经营理念",
        longest=1000,
        example="Long ties before quick gains",
    )
    business_policy = _fact(
        "Business policy", "经营方针", "经营政策", longest=1000, example="Payment within 30 days"
    )
    management_traits = _fact(
        "Management traits",
        "企业经营管理特点",
        "经营特点",
        longest=1000,
        example="Decisions are made by the family",
    )
    parent_id = Field(kind=kinds.UUID, en="Parent company", zh="上级单位", group=BUSINESS)
