"""Words that the demo customers are made of; no person, company or number of them is real."""

from dataclasses import dataclass
from typing import Final

from app.features.customers.models.choices import Nature, OrgForm

SURNAMES: Final = (
    *"王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余于杜叶程",
    *"魏苏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝",
    *"龚邵万钱严覃武戴莫孔向汤单仇查解区",
    *("欧阳", "司马", "上官", "诸葛"),
)
GIVEN: Final = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂华文辉建国志梅红玉兰春秋雪晨宇轩浩然子涵欣怡梓诗雨"
    "佳琪宁安乐晓云帆远航思源雅清若曦嘉禾景行知微沐阳书瑶瑾瑜铭泽楷睿哲彦博"
)
FIRST_NAMES: Final = (
    *("Alice", "Amir", "Anna", "Arthur", "Beatrice", "Carlos", "Chloe", "Clara", "Daniel", "Diana"),
    *("Edward", "Elena", "Emma", "Felix", "Fiona", "George", "Grace", "Hannah", "Hugo", "Ines"),
    *("Isaac", "Jamal", "José", "Julia", "Karim", "Laura", "Leon", "Lucía", "Marcus", "Maria"),
    *("Mei", "Nadia", "Nina", "Noah", "Oliver", "Oscar", "Paula", "Priya", "Quentin", "Rosa"),
    *("Samuel", "Sofia", "Theo", "Tomás", "Ursula", "Victor", "Wendy", "Xenia", "Yusuf", "Zoë"),
)
LAST_NAMES: Final = (
    *("Abbott", "Almeida", "Baker", "Becker", "Bennett", "Brooks", "Carter", "Castillo", "Chan"),
    *("Costa", "Dubois", "Evans", "Fischer", "Fletcher", "García", "Gupta", "Hansen", "Hughes"),
    *("Ivanova", "Jansen", "Keller", "Khan", "Lambert", "Lim", "Lindgren", "Marsh", "Martín"),
    *("Mehta", "Moreau", "Müller", "Nakamura", "Novak", "O'Brien", "Okafor", "Palmer", "Petrov"),
    *("Quinn", "Reyes", "Rossi", "Santos", "Schmidt", "Silva", "Tanaka", "Turner", "Vargas"),
    *("Walsh", "Weber", "Wong", "Young", "Zhao"),
)


@dataclass(frozen=True, slots=True)
class Place:
    """A city with its province, in both languages, and its country."""

    city_zh: str
    province_zh: str
    city: str
    province: str
    country_zh: str = "中国"
    country: str = "China"


PLACES: Final = (
    Place("北京", "北京市", "Beijing", "Beijing"),
    Place("上海", "上海市", "Shanghai", "Shanghai"),
    Place("天津", "天津市", "Tianjin", "Tianjin"),
    Place("重庆", "重庆市", "Chongqing", "Chongqing"),
    Place("杭州", "浙江省", "Hangzhou", "Zhejiang"),
    Place("宁波", "浙江省", "Ningbo", "Zhejiang"),
    Place("南京", "江苏省", "Nanjing", "Jiangsu"),
    Place("苏州", "江苏省", "Suzhou", "Jiangsu"),
    Place("广州", "广东省", "Guangzhou", "Guangdong"),
    Place("深圳", "广东省", "Shenzhen", "Guangdong"),
    Place("东莞", "广东省", "Dongguan", "Guangdong"),
    Place("厦门", "福建省", "Xiamen", "Fujian"),
    Place("成都", "四川省", "Chengdu", "Sichuan"),
    Place("武汉", "湖北省", "Wuhan", "Hubei"),
    Place("长沙", "湖南省", "Changsha", "Hunan"),
    Place("西安", "陕西省", "Xi'an", "Shaanxi"),
    Place("青岛", "山东省", "Qingdao", "Shandong"),
    Place("沈阳", "辽宁省", "Shenyang", "Liaoning"),
    Place("新加坡", "新加坡", "Singapore", "Singapore", "新加坡", "Singapore"),
    Place("伦敦", "英格兰", "London", "England", "英国", "United Kingdom"),
)


@dataclass(frozen=True, slots=True)
class Trade:
    """What a company lives from: its words in both languages, and its code by GB/T 4754."""

    zh: str
    en: str
    code: str


TRADES: Final = (
    Trade("信息技术", "Software", "I65"),
    Trade("餐饮管理", "Catering", "H62"),
    Trade("医疗器械", "Medical Devices", "C35"),
    Trade("食品", "Foods", "C14"),
    Trade("纺织", "Textiles", "C17"),
    Trade("物流", "Logistics", "G59"),
    Trade("贸易", "Trading", "F51"),
    Trade("建筑装饰", "Interiors", "E50"),
    Trade("文化传媒", "Media", "R86"),
    Trade("农业科技", "Farming", "A01"),
    Trade("旅行社", "Travel", "L72"),
    Trade("教育咨询", "Education", "P83"),
)
STEMS_ZH: Final = (
    *(
        "星海",
        "晨光",
        "远景",
        "蓝天",
        "嘉禾",
        "启明",
        "云帆",
        "长乐",
        "博雅",
        "鼎盛",
        "清源",
        "和风",
    ),
    *(
        "南山",
        "东篱",
        "北辰",
        "西岭",
        "瑞泽",
        "恒安",
        "百川",
        "万象",
        "春晓",
        "秋实",
        "重光",
        "朝晖",
    ),
)
STEMS_EN: Final = (
    *("Blue Harbor", "Bright Morning", "Cedar", "Clearwater", "Copper Kettle", "Eastgate"),
    *("Evergreen", "Fairwind", "Golden Mean", "Greenfield", "Highland", "Ivory Tower"),
    *("Juniper", "Kingfisher", "Lantern", "Longview", "Meadow", "Northern Star", "Oakridge"),
    *("Paper Crane", "Quarry Hill", "Red Maple", "Silver Birch", "Two Rivers"),
)
FORMS: Final = ((OrgForm.PRIVATE, "有限公司", "Ltd."), (OrgForm.LISTED, "股份有限公司", "PLC"))
NATURES: Final = (Nature.COMPANY, Nature.COMPANY, Nature.COMPANY, Nature.SPECIAL_COMPANY)

# Each entry in both languages: Chinese, English.
Said = tuple[str, str]
SOURCES: Final[tuple[Said, ...]] = (
    ("展会", "Trade fair"),
    ("门店", "Shop"),
    ("官网", "Website"),
    ("老客户介绍", "Referral"),
    ("电话来访", "Phone call"),
)
STREETS: Final[tuple[Said, ...]] = (
    ("示范路", "Sample Road"),
    ("样例大街", "Specimen Street"),
    ("虚构巷", "Fiction Lane"),
    ("想象道", "Imaginary Way"),
)
EDUCATION: Final[tuple[Said, ...]] = (
    ("高中", "Secondary school"),
    ("大专", "College"),
    ("本科", "Bachelor"),
    ("硕士", "Master"),
    ("博士", "Doctorate"),
)
OCCUPATIONS: Final[tuple[Said, ...]] = (
    ("教师", "Teacher"),
    ("工程师", "Engineer"),
    ("医生", "Doctor"),
    ("会计", "Accountant"),
    ("设计师", "Designer"),
    ("店主", "Shopkeeper"),
    ("退休", "Retired"),
)
HOBBIES: Final[tuple[Said, ...]] = (
    ("书法、品茶", "Calligraphy, tea"),
    ("登山", "Hiking"),
    ("摄影", "Photography"),
    ("烹饪", "Cooking"),
    ("下棋", "Chess"),
    ("园艺", "Gardening"),
)
PERSONALITIES: Final[tuple[Said, ...]] = (
    ("稳重，重信用", "Steady, keeps promises"),
    ("开朗，善交际", "Outgoing, good company"),
    ("细致，喜欢比较", "Careful, likes to compare"),
    ("果断，讲效率", "Decisive, values speed"),
)
ABILITIES: Final[tuple[Said, ...]] = (
    ("沟通能力强", "Communicates well"),
    ("技术过硬", "Strong in technical matters"),
    ("善于管理", "Good at managing"),
)
HOUSEHOLDS: Final[tuple[Said, ...]] = (
    ("三口之家", "Couple with one child"),
    ("四口之家，与父母同住", "Family of four with parents"),
    ("单身", "Single"),
    ("夫妻二人", "Couple"),
)
REMARKS: Final[tuple[Said, ...]] = (
    ("喜欢上午联系", "Prefers calls in the morning"),
    ("关注售后服务", "Cares about service after the sale"),
    ("每年年底集中采购", "Buys once a year, in December"),
    ("需要双语资料", "Needs papers in both languages"),
)
AREAS: Final[tuple[Said, ...]] = (
    ("华东", "East China"),
    ("华南", "South China"),
    ("全国", "All of China"),
    ("长三角", "Yangtze delta"),
)
SALES: Final[tuple[Said, ...]] = (
    ("渠道稳定，回款及时", "Stable channels, pays on time"),
    ("以零售为主", "Mostly retail"),
    ("线上增长较快", "Growing fast online"),
)
POTENTIALS: Final[tuple[Said, ...]] = (
    ("潜力大，计划扩建", "Large, plans to expand"),
    ("平稳", "Steady"),
    ("处于转型期", "In transition"),
)
PHILOSOPHIES: Final[tuple[Said, ...]] = (
    ("诚信为本，客户至上", "Honesty first, the customer above all"),
    ("以质取胜，细水长流", "Quality wins, patience pays"),
    ("小步快跑，持续创新", "Small steps, quick pace, always new"),
    ("与员工共成长", "Grow together with the staff"),
)
POLICIES: Final[tuple[Said, ...]] = (
    ("现款现货", "Cash on delivery"),
    ("薄利多销", "Small margins, large volume"),
    ("专注高端市场", "High end only"),
)
TRAITS: Final[tuple[Said, ...]] = (
    ("家族经营，决策集中", "Run by the family, decides at the top"),
    ("制度健全，流程规范", "Clear rules and processes"),
    ("扁平管理，反应迅速", "Flat, reacts quickly"),
)
