"""The one refusal of signing in, which says nothing, and what the audit keeps of it."""

from app.core.work import UnitOfWork
from app.features.identity.grants import Grant
from app.features.identity.problems import SignInFailed


def refusal(work: UnitOfWork, grant: Grant) -> SignInFailed:
    """Note the name that was tried, as a keyed digest; it may be somebody's."""
    digest = work.platform.sealing.blind("username", grant.username)
    work.line.detail["username"] = digest.hex()
    return SignInFailed(grant.type.refusal)
