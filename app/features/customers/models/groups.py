"""The field groups of the archive: what is granted together."""

from app.core.fields import Group

IDENTITY = Group("identity", "Names", "名称")
CLASSES = Group("classes", "Classification", "分类")
OWNERSHIP = Group("ownership", "Owner and department", "归属")
REGION = Group("region", "Region", "地区")
CONTACT = Group("contact", "Contact data", "联系方式", leads_to=True)
ADDRESS = Group("address", "Addresses", "地址", leads_to=True)
TRADE = Group("trade", "Course of trade", "交易往来")
DEMOGRAPHICS = Group("demographics", "Demographics", "人口信息")
CHARACTER = Group("character", "Character", "性格特点")
DOCUMENT = Group("document", "Identity documents", "证件")
REGISTRATION = Group("registration", "Registration", "工商登记")
PEOPLE = Group("people", "Leading persons", "主要人员")
BUSINESS = Group("business", "Business facts", "经营情况")
NOTES = Group("notes", "Notes", "备注")
LINKS = Group("links", "Relationships", "关系")
EXTERNAL = Group("external", "Ids in other systems", "外部编号")
