"""Routes of signing in through a company's identity provider."""

from uuid import UUID

from app.core.permissions import Permission
from app.core.problems import CursorInvalid, FieldNotAvailable, Malformed, NotFound
from app.core.views import Listed, Nothing, Shown
from app.features.identity.problems import FactorEnrolmentNeeded, SecondFactorNeeded
from app.features.identity.service import TokenView
from app.features.sso.problems import (
    ProviderMistaken,
    ProviderNotReached,
    SsoFailed,
    SsoNotAdmitted,
)
from app.features.sso.schemas import (
    ExternalIdentityView,
    IdentityProviderView,
    SsoCompletion,
    SsoStartView,
)
from app.features.sso.service import LinkService, SsoService
from app.features.staff.problems import (
    DepartmentUnknown,
    LastAdministrator,
    RolesSeparate,
    RoleUnknown,
)
from app.http.documents import ListOf, parameters
from app.http.routes import FeatureRouter, Query, Work

router = FeatureRouter("", "identity")
LISTING = parameters("limit", "cursor", "count")
LIST_PROBLEMS = (CursorInvalid, FieldNotAvailable, Malformed)
ON_THE_WAY = (ProviderMistaken, ProviderNotReached)
SECONDS = 20.0


@router.get("/v1/auth/sso", permission=None, response_model=ListOf[IdentityProviderView])
async def list_identity_providers(work: Work) -> Listed:
    """List the identity providers that one may sign in through, for the sign-in page."""
    return SsoService(work).providers()


@router.post(
    "/v1/auth/sso/{provider}/start",
    permission=None,
    response_model=SsoStartView,
    problems=(NotFound, *ON_THE_WAY),
    seconds=SECONDS,
    changes=False,
)
async def start_sso(provider: str, work: Work) -> Shown:
    """Begin to sign in through a provider: answers where to send the browser.

    Keep `transaction` in the tab that asks and send the browser to `authorization_url`. It comes
    back to the configured page with `code` and `state`, which go to `.../callback` within ten
    minutes; without the `transaction` of the same start they open nothing.
    """
    return await SsoService(work).start(provider)


@router.post(
    "/v1/auth/sso/{provider}/callback",
    permission=None,
    response_model=TokenView,
    problems=(
        *(NotFound, SsoFailed, SsoNotAdmitted, *ON_THE_WAY),
        *(SecondFactorNeeded, FactorEnrolmentNeeded),
        *(RolesSeparate, RoleUnknown, DepartmentUnknown, LastAdministrator),
    ),
    seconds=SECONDS,
    changes=False,
)
async def complete_sso(provider: str, sent: SsoCompletion, work: Work) -> Shown:
    """Sign in with what the provider sent back: answers as the token endpoint does.

    Each start opens one session at most. Whoever has a second factor here is asked for it, as after
    a password: `second-factor-needed` brings a `challenge` for `grant_type` `mfa`; only a provider
    that is trusted with that may have seen one instead. Groups give roles and a department where
    the settings say so, at every sign-in; roles that are kept apart refuse.
    """
    return await SsoService(work).complete(provider, sent)


@router.get(
    "/v1/users/{user_id}/external-identities",
    permission=Permission.STAFF_READ,
    response_model=ListOf[ExternalIdentityView],
    problems=(NotFound, *LIST_PROBLEMS),
    extra=LISTING,
)
async def list_user_external_identities(user_id: UUID, asked: Query, work: Work) -> Listed:
    """List the identity providers through which a user may sign in."""
    return await LinkService(work).page(user_id, asked)


@router.delete(
    "/v1/users/{user_id}/external-identities",
    permission=Permission.STAFF_WRITE,
    problems=(NotFound,),
)
async def remove_user_external_identities(user_id: UUID, work: Work) -> Nothing:
    """Take the links to identity providers from a user, and end the user's sessions.

    For an account that has been made anew at the provider; the next sign-in may link again.
    """
    return await LinkService(work).unlink(user_id)
