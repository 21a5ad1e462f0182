"""A field group for tests, declared once."""

from app.core.fields import Group

TESTED = Group("tested", "Tested", "测试")
