"""What keeping the staff refuses."""

from app.core.problems import Problem


class RolesSeparate(Problem):
    """A rule keeps two of the roles apart: no person may hold both; `names` are the two."""

    slug, status = "roles-separate", 409
    title = "These roles may not meet in one person."
    title_zh = "这些角色不得由同一人兼任。"


class UsernameTaken(Problem):
    """Another user has this name."""

    slug, status = "username-taken", 409
    title, title_zh = "Another user has this name already.", "该用户名已被使用。"


class InvitationRefused(Problem):
    """The link is unknown, used or too old; which of these is not said."""

    slug, status = "invitation-refused", 409
    title = "This invitation cannot be used; ask for a new one."
    title_zh = "该邀请无法使用，请索取新的邀请。"


class OwnAccount(Problem):
    """Roles, departments and status of an account are changed by somebody else."""

    slug, status = "own-account", 409
    title = "Nobody changes their own roles, departments or status."
    title_zh = "不能更改自己的角色、部门或状态。"


class OtherSystem(Problem):
    """The account is another system's: see `/v1/api-clients`."""

    slug, status = "other-system", 409
    title = "This is another system: it is looked after among the API clients."
    title_zh = "该账户属于外部系统，请在 API 客户端中管理。"


class LastAdministrator(Problem):
    """Somebody has to be able to look after the staff."""

    slug, status = "last-administrator", 409
    title, title_zh = "This is the last active administrator.", "这是最后一位在用的管理员。"


class StatusForbids(Problem):
    """The act does not fit the status that the account has: see the status in the account."""

    slug, status = "status-forbids", 409
    title = "The status of this account does not allow that."
    title_zh = "该账户的状态不允许此操作。"


class RoleUnknown(Problem):
    """A user is given roles that exist."""

    slug, status = "role-unknown", 409
    title, title_zh = "There is no such role.", "没有这个角色。"


class ColleagueNotAvailable(Problem):
    """A manager or successor is an active person, and somebody else than the one who leaves."""

    slug, status = "colleague-not-available", 409
    title = "The colleague named is no active person here, or the same one."
    title_zh = "所指定的同事不是在用人员，或即本人。"


class DepartmentUnknown(Problem):
    """A department that is named exists."""

    slug, status = "department-unknown", 409
    title = "There is no such department, or more than one."
    title_zh = "没有该部门，或有多个同名部门。"


class DepartmentCodeTaken(Problem):
    """A code names one department only."""

    slug, status = "department-code-taken", 409
    title, title_zh = "Another department has this code already.", "该部门编码已被使用。"


class DepartmentBelowItself(Problem):
    """Departments form a tree."""

    slug, status = "department-below-itself", 409
    title = "A department cannot stand below itself."
    title_zh = "部门不能隶属于自身或其下级。"


class DepartmentsTooDeep(Problem):
    """The tree has at most ten levels."""

    slug, status = "departments-too-deep", 409
    title = "Departments stand in at most ten levels."
    title_zh = "部门层级最多十级。"


class DepartmentInUse(Problem):
    """Only an empty department can be removed: move users, customers and departments first."""

    slug, status = "department-in-use", 409
    title = "Users, customers or other departments still belong to this department."
    title_zh = "该部门仍有员工、客户或下级部门。"
