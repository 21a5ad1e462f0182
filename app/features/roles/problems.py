"""What the administration of roles refuses."""

from app.core.problems import Problem


class RoleCodeTaken(Problem):
    """Another role has this code, or had it: audit lines name roles by their codes."""

    slug, status = "role-code-taken", 409
    title, title_zh = "Another role has this code already.", "该角色代码已被使用。"


class RoleRetired(Problem):
    """A retired role is kept as it was."""

    slug, status = "role-retired", 409
    title, title_zh = "This role is retired.", "该角色已停用。"


class RoleHeld(Problem):
    """Somebody has the role: take it from them first, so that nobody loses rights unnoticed."""

    slug, status = "role-held", 409
    title = "Somebody still has this role; give them another one first."
    title_zh = "仍有人员持有该角色，请先为其更换角色。"


class NothingToPublish(Problem):
    """There is no open draft, or it says what is in force already."""

    slug, status = "nothing-to-publish", 409
    title = "There is no draft that would change anything."
    title_zh = "没有会带来更改的草稿。"


class DraftIsYourOwn(Problem):
    """Maker is not checker: whoever had a hand in a draft leaves it to somebody else who may."""

    slug, status = "draft-is-your-own", 409
    title = "Somebody else has to publish this: you have edited the draft."
    title_zh = "您参与了草稿的编辑，须由他人发布。"


class RoleIsYourOwn(Problem):
    """Nobody publishes a change of a role that they hold themselves."""

    slug, status = "role-is-your-own", 409
    title = "You hold this role yourself; somebody else has to change it."
    title_zh = "您本人持有该角色，须由他人更改。"


class SeparationBroken(Problem):
    """Somebody holds both of two roles that are, or are to be, kept apart."""

    slug, status = "separation-broken", 409
    title = "Somebody holds both roles; take one of them away first."
    title_zh = "有人员同时持有两个角色，请先收回其一。"


class SeparationExists(Problem):
    """The two roles are kept apart already."""

    slug, status = "separation-exists", 409
    title, title_zh = "These two roles are kept apart already.", "这两个角色已设为互斥。"
