"""People and companies that do not exist: the same in every run, as a client would send them."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, Final

SEED: Final = 20240229
SURNAMES: Final = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡"
GIVEN: Final = (
    "伟芳娜敏静丽强磊军洋勇艳杰涛明超秀霞平刚桂英华玉兰红玲芬燕建国文辉力永健世广志义兴良海山仁波宁"
    "贵福生龙元全胜学祥才发武新利清飞彬富顺信子晨轩浩宇泽然欣怡雨佳思梦琪雅静舒云莲真环雪荣爱妹香月"
    "莺媛瑞凡嘉琼勤珍莉露瑶怡婵雁蓓纨仪荷丹蓉眉君琴蕊薇菁岚苑婕馨瑗琰韵融园艺咏卿聪澜纯毓悦昭冰爽"
)
LATIN_FIRST: Final = [
    "Anna",
    "Boris",
    "Clara",
    "David",
    "Elena",
    "Felix",
    "Greta",
    "Hugo",
    "Ines",
    "Jonas",
    "Karin",
    "Lukas",
    "Maria",
]
LATIN_LAST: Final = (
    "Albrecht",
    "Bergman",
    "Castello",
    "Dumont",
    "Eriksen",
    "Fontaine",
    "Gardner",
    "Hoffmann",
    "Ivanova",
    "Janssen",
    "Kowalski",
    "Lindholm",
    "Moreau",
    "Novak",
    "Oliveira",
    "Petrov",
    "Quinn",
    "Rossi",
    "Schneider",
    "Tanaka",
)
TRADES: Final = [
    "华信",
    "东方",
    "长江",
    "金桥",
    "天成",
    "恒远",
    "嘉禾",
    "银杏",
    "海纳",
    "新宇",
    "瑞丰",
    "云帆",
    "方圆",
    "百川",
    "青松",
    "启明",
]
GOODS: Final = (
    "贸易",
    "科技",
    "电子",
    "食品",
    "建材",
    "物流",
    "服装",
    "机械",
    "医药",
    "咨询",
    "化工",
    "家具",
)
PLACES: Final = (
    ("上海市", "上海", "浦东新区"),
    ("浙江省", "杭州", "西湖区"),
    ("江苏省", "南京", "鼓楼区"),
    ("广东省", "深圳", "南山区"),
    ("广东省", "广州", "天河区"),
    ("北京市", "北京", "海淀区"),
    ("四川省", "成都", "武侯区"),
    ("湖北省", "武汉", "洪山区"),
)
STREETS: Final = ("人民路", "中山路", "解放路", "建设路", "和平路", "新华路", "文化路", "长江路")
REMARKS: Final = (
    "喜欢在下午接电话，重视交货时间。",
    "Prefers e-mail; asked for the spring catalogue.",
    "去年展会认识，对新产品感兴趣。",
    None,
)


def people(count: int, departments: Sequence[str], first: int = 0) -> Iterator[dict[str, Any]]:
    """Yield customers from number `first` on; four in five are persons."""
    for number in range(first, first + count):
        chance = Random(f"{SEED}:{number}")
        yield _customer(number, chance, departments)


def _customer(number: int, chance: Random, departments: Sequence[str]) -> dict[str, Any]:
    province, city, district = chance.choice(PLACES)
    is_person = chance.random() < 0.8
    return {
        "kind": "person" if is_person else "organization",
        **(_person(chance) if is_person else _organization(chance, city)),
        **_classes(chance),
        "source": chance.choice(("展会", "网站", "介绍", "电话")),
        "department_id": chance.choice(departments),
        "owner_id": departments[0],
        "country": "CN",
        "province": province,
        "city": city,
        "district": district,
        **_contact(number),
        "address": f"{chance.choice(STREETS)}{chance.randint(1, 999)}号",
        "postcode": f"{chance.randint(100000, 699999)}",
        "first_contact_at": f"20{chance.randint(15, 23)}-{chance.randint(1, 12):02d}-09T08:30:00Z",
        "first_trade_on": f"20{chance.randint(15, 23)}-{chance.randint(1, 12):02d}-17",
        "last_interaction_at": f"2024-{chance.randint(1, 12):02d}-21T16:05:00Z",
        "remark": chance.choice(REMARKS),
    }


def _person(chance: Random) -> dict[str, Any]:
    if chance.random() < 0.1:
        name = f"{chance.choice(LATIN_FIRST)} {chance.choice(LATIN_LAST)}"
        return {"name": name, "nature": "individual"}
    # Common surnames are far more common: every second one is among the first eight.
    surname = SURNAMES[min(int(chance.expovariate(0.09)), len(SURNAMES) - 1)]
    given = "".join(chance.choices(GIVEN, k=1 if chance.random() < 0.25 else 2))
    return {"name": surname + given, "nature": "individual"}


def _organization(chance: Random, city: str) -> dict[str, Any]:
    words = chance.choice(TRADES) + chance.choice(TRADES)
    name = f"{city}{words}{chance.choice(GOODS)}有限公司"
    return {"name": name, "other_name": words, "nature": "company"}


def _classes(chance: Random) -> dict[str, Any]:
    return {
        "lifecycle": chance.choice(("new", "existing", "future")),
        "trade_stage": chance.choice(("past", "current", "upcoming")),
        "market_position": chance.choice(("main", "general", "scattered")),
        "channel": chance.choice(("direct", "indirect")),
        "tier": chance.choice("AABBBCCCCD"),
    }


def _contact(number: int) -> dict[str, Any]:
    return {
        "phone": f"199{number:08d}",
        "email": f"customer{number}@example.com",
        "wechat": f"wx_customer{number}",
    }
