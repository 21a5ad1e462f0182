"""What the archive refuses."""

from app.core.problems import Problem


class ExternalIdTaken(Problem):
    """One system gives an id to one customer only."""

    slug, status = "external-id-taken", 409
    title = "Another customer already carries this id of that system."
    title_zh = "该系统的此编号已属于另一客户。"


class CustomerArchived(Problem):
    """An archived record is kept as it is."""

    slug, status = "customer-archived", 409
    title = "This customer is archived; restore it first."
    title_zh = "该客户已归档，请先恢复。"


class NotArchived(Problem):
    """Only what is archived can be restored."""

    slug, status = "not-archived", 409
    title = "This customer is not archived."
    title_zh = "该客户未归档。"


class ProfileMismatch(Problem):
    """A person has a person profile, an organisation an organisation profile."""

    slug, status = "profile-mismatch", 409
    title = "The profile does not fit the kind of customer."
    title_zh = "资料类型与客户类型不符。"


class DepartmentNotAvailable(Problem):
    """A record can only be put where the actor reaches."""

    slug, status = "department-not-available", 409
    title = "You cannot put a record into that department."
    title_zh = "您不能将客户归入该部门。"


class OwnerNotAvailable(Problem):
    """A customer is looked after by an active user."""

    slug, status = "owner-not-available", 409
    title = "The owner named is no active user."
    title_zh = "所指定的客户经理不是在用用户。"


class ParentNotAvailable(Problem):
    """The company above is another customer within the actor's reach."""

    slug, status = "parent-not-available", 409
    title = "There is no such customer that could be the parent company."
    title_zh = "没有可作为上级单位的该客户。"


class TiedToItself(Problem):
    """A relationship joins two customers."""

    slug, status = "tied-to-itself", 409
    title = "A customer cannot be related to itself."
    title_zh = "客户不能与自身建立关系。"


class BatchRefused(Problem):
    """An atomic batch is taken whole or not at all."""

    slug, status = "batch-refused", 422
    title = "Nothing was changed: some items of the batch will not do."
    title_zh = "批次中有不合要求的条目，未作任何更改。"
