"""Signing in and out, one's sessions and password, and the sessions of others."""

from uuid import UUID

from app.core.permissions import Permission
from app.core.problems import (
    CursorInvalid,
    FieldNotAvailable,
    FreshFactorNeeded,
    Malformed,
    NotForm,
    NotFound,
    NotNow,
)
from app.core.views import Listed, Nothing, Shown
from app.core.work import UnitOfWork
from app.features.factors.problems import CodeWrong, FactorConfirmed, NoFactor, TooManyTries
from app.features.identity.grants import TOKEN_FORM, read_grant
from app.features.identity.problems import (
    FactorEnrolmentNeeded,
    FactorMistaken,
    GrantMalformed,
    GrantNotSupported,
    PasswordMistaken,
    ScopeRefused,
    SecondFactorNeeded,
    SessionOver,
    SignInFailed,
    TooManyAttempts,
)
from app.features.identity.schemas import (
    EnrolledView,
    Enrolment,
    EnrolmentConfirmation,
    EnrolmentView,
    PasswordChange,
    ServerMetadataView,
    SessionView,
    SigningKeysView,
    StepUp,
    TokenView,
)
from app.features.identity.service import (
    Desk,
    EnrolmentService,
    PasswordService,
    SessionService,
    SignInService,
    StepUpService,
)
from app.http.documents import ListOf, parameters
from app.http.routes import FeatureRouter, FormBody, Query, Work

router = FeatureRouter("", "identity")
LISTING = parameters("limit", "cursor", "count")
LIST_PROBLEMS = (CursorInvalid, FieldNotAvailable, Malformed)
SIGNED_IN = Permission.SIGNED_IN
MANAGING = Permission.SESSIONS_MANAGE


def _desk(work: UnitOfWork) -> Desk:
    desk: Desk = work.platform.tools[Desk]
    return desk


def _sessions(work: UnitOfWork) -> SessionService:
    return SessionService(work, _desk(work))


@router.post(
    "/v1/auth/token",
    permission=None,
    response_model=TokenView,
    problems=(
        *(SignInFailed, SessionOver, GrantNotSupported, GrantMalformed, ScopeRefused),
        *(SecondFactorNeeded, FactorEnrolmentNeeded),
        *(TooManyAttempts, TooManyTries, NotForm, NotNow),
    ),
    changes=False,
    extra=TOKEN_FORM,
)
async def create_token(form: FormBody, work: Work) -> Shown:
    """Sign in: exchange a password, another system's secret, or a refresh token for a token.

    An OAuth 2 token endpoint (RFC 6749): `grant_type` is `password`, `refresh_token`, or
    `client_credentials` with the secret in the body or as HTTP Basic. Unknown, suspended and
    mistaken users get one answer. Whoever has a second factor sends `otp` or `recovery_code` along
    with the password; without it `second-factor-needed` brings a `challenge`, which goes back
    within five minutes with `grant_type` `mfa` and one of `otp`, `recovery_code` and `assertion`.
    A wrong factor is answered as a wrong password, and each challenge opens one session.

    Another system (`/v1/api-clients`) may ask for some of its scopes by `scope`; it signs in from
    its own networks only.

    A refresh token is good once: the answer brings the next one, and one that was used before ends
    the session. After some wrong attempts each further one has to wait, as `Retry-After` says.
    """
    return await SignInService(work, _desk(work)).exchange(read_grant(form))


@router.post(
    "/v1/auth/step-up",
    permission=SIGNED_IN,
    response_model=TokenView,
    problems=(FactorMistaken, SecondFactorNeeded, NoFactor, TooManyTries),
    changes=False,
)
async def confirm_session(sent: StepUp, work: Work) -> Shown:
    """Step up: show a second factor once more, for a new access token of the same session.

    For five minutes it opens what answers `fresh-factor-needed`; refreshing keeps the moment, and
    your refresh token stays. Without a proof, `second-factor-needed` says which ones you have, with
    what your passkeys sign.
    """
    return await StepUpService(work, _desk(work)).step_up(sent)


@router.post(
    "/v1/auth/enrol",
    permission=None,
    response_model=EnrolmentView,
    problems=(SignInFailed, FreshFactorNeeded),
    changes=False,
)
async def create_first_factor(sent: Enrolment, work: Work) -> Shown:
    """Add the authenticator app that your role demands: answers its secret, this once.

    Needs no token but the challenge of `factor-enrolment-needed`, which is good for nothing else.
    Asked again, the app that was not confirmed gives way to a new one.
    """
    return await EnrolmentService(work, _desk(work)).begin(sent)


@router.post(
    "/v1/auth/enrol/confirm",
    permission=None,
    response_model=EnrolledView,
    problems=(SignInFailed, FreshFactorNeeded, NotFound, CodeWrong, FactorConfirmed),
    changes=False,
)
async def confirm_first_factor(sent: EnrolmentConfirmation, work: Work) -> Shown:
    """Confirm that app with the code that it shows: signs you in, with ten recovery codes.

    Each challenge opens one session. From then on signing in asks for the app.
    """
    return await EnrolmentService(work, _desk(work)).confirm(sent)


@router.post(
    "/v1/auth/logout",
    permission=SIGNED_IN,
    response_model=None,
    status=204,
    problems=(NotFound,),
    changes=False,
)
async def end_session(work: Work) -> Nothing:
    """Sign out: end the session of this token, with all its tokens, everywhere within a second."""
    return await _sessions(work).end_current()


@router.get("/.well-known/jwks.json", permission=None, response_model=SigningKeysView)
async def list_signing_keys(work: Work) -> Shown:
    """Give the public keys that verify access tokens (RFC 7517); needs no token."""
    return await _sessions(work).signing_keys()


@router.get(
    "/.well-known/oauth-authorization-server",
    permission=None,
    response_model=ServerMetadataView,
)
async def get_server_metadata(work: Work) -> Shown:
    """Say where tokens are had, for which grants, and where the keys are (RFC 8414).

    Addresses begin with `CIMS_TOKENS__ISSUER` if that is one: set it to the public address.
    """
    return await _sessions(work).server_metadata()


@router.post(
    "/v1/me/password",
    permission=SIGNED_IN,
    response_model=None,
    status=204,
    problems=(PasswordMistaken, TooManyAttempts, NotFound),
    changes=False,
)
async def change_my_password(body: PasswordChange, work: Work) -> Nothing:
    """Change your password; all your other sessions end.

    The new one has 15 characters or more (8 with a second factor), of any kind. What is guessed
    first is refused: common passwords, repetitions, your user name, words of this product.
    """
    return await PasswordService(work, _desk(work)).change(body)


@router.get(
    "/v1/me/sessions",
    permission=SIGNED_IN,
    response_model=ListOf[SessionView],
    problems=LIST_PROBLEMS,
    extra=LISTING,
)
async def list_my_sessions(asked: Query, work: Work) -> Listed:
    """List your sessions that are open, oldest first."""
    return await _sessions(work).mine(asked)


@router.delete("/v1/me/sessions/{session_id}", permission=SIGNED_IN, problems=(NotFound,))
async def remove_my_session(session_id: UUID, work: Work) -> Nothing:
    """End one of your sessions, everywhere within a second."""
    return await _sessions(work).end_mine(session_id)


@router.get(
    "/v1/users/{user_id}/sessions",
    permission=MANAGING,
    response_model=ListOf[SessionView],
    problems=(NotFound, *LIST_PROBLEMS),
    extra=LISTING,
)
async def list_user_sessions(user_id: UUID, asked: Query, work: Work) -> Listed:
    """List a user's sessions that are open, oldest first; needs `sessions:manage`."""
    return await _sessions(work).of_user(user_id, asked)


@router.delete(
    "/v1/users/{user_id}/sessions/{session_id}", permission=MANAGING, problems=(NotFound,)
)
async def remove_user_session(user_id: UUID, session_id: UUID, work: Work) -> Nothing:
    """End a session of a user, everywhere within a second; needs `sessions:manage`."""
    return await _sessions(work).end_of_user(user_id, session_id)
