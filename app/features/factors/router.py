"""One's own second factors, and the reset of a colleague's."""

from uuid import UUID

from app.core.freshness import StepUp
from app.core.permissions import Permission
from app.core.problems import NotFound, NotPermitted
from app.core.views import Listed, Nothing, Shown
from app.features.factors.problems import (
    CodeWrong,
    FactorConfirmed,
    LastFactor,
    NoFactor,
    OwnFactors,
    PasskeyRefused,
    TooManyFactors,
)
from app.features.factors.schemas import (
    Confirmation,
    ConfirmedView,
    MyFactors,
    NewApp,
    NewAppView,
    NewPasskey,
    PasskeyOptionsView,
    RecoveryCodesView,
)
from app.features.factors.service import FactorService, PasskeyService
from app.http.routes import FeatureRouter, Work

router = FeatureRouter("/v1", "factors")
ADDING = (TooManyFactors, NotPermitted)
# An answer with a secret is not kept for a second try under an Idempotency-Key: `changes=False`.


@router.get("/me/factors", permission=Permission.SIGNED_IN, response_model=MyFactors)
async def list_my_factors(work: Work) -> Listed:
    """List your second factors, oldest first, and how many recovery codes are left.

    A factor without `confirmed_at` does not count yet. Other systems have no second factors.
    """
    return await FactorService(work).mine()


@router.post(
    "/me/factors/totp",
    permission=Permission.SIGNED_IN,
    response_model=NewAppView,
    status=201,
    step_up=StepUp.AT_TIMES,
    problems=ADDING,
    changes=False,
)
async def create_totp(new: NewApp, work: Work) -> Shown:
    """Add an authenticator app: answers the secret, this once.

    It counts once you confirm it with a code. One that was never confirmed gives way. Whoever has
    a factor already needs to have shown it in the last five minutes.
    """
    return await FactorService(work).add_app(new)


@router.post(
    "/me/factors/{factor_id}/confirm",
    permission=Permission.SIGNED_IN,
    response_model=ConfirmedView,
    step_up=StepUp.AT_TIMES,
    problems=(CodeWrong, FactorConfirmed, *ADDING),
    changes=False,
)
async def confirm_factor(factor_id: UUID, sent: Confirmation, work: Work) -> Shown:
    """Confirm a new authenticator app with the code that it shows.

    From then on signing in asks for it. With your first factor come ten recovery codes, this once.
    """
    return await FactorService(work).confirm(factor_id, sent)


@router.post(
    "/me/recovery-codes",
    permission=Permission.SIGNED_IN,
    response_model=RecoveryCodesView,
    step_up=StepUp.AT_TIMES,
    problems=(NoFactor,),
    changes=False,
)
async def create_recovery_codes(work: Work) -> Shown:
    """Draw ten new recovery codes, shown this once; the old ones are void.

    Needs a second factor that was shown in the last five minutes.
    """
    return await FactorService(work).renew_codes()


@router.delete(
    "/me/factors/{factor_id}",
    permission=Permission.SIGNED_IN,
    step_up=StepUp.AT_TIMES,
    problems=(LastFactor,),
)
async def remove_my_factor(factor_id: UUID, work: Work) -> Nothing:
    """Remove one of your factors; needs a second factor shown in the last five minutes.

    With the last one go the recovery codes; it stays where your role demands one. What was never
    confirmed goes without.
    """
    return await FactorService(work).remove(factor_id)


@router.post(
    "/me/factors/passkey/options",
    permission=Permission.SIGNED_IN,
    response_model=PasskeyOptionsView,
    step_up=StepUp.AT_TIMES,
    problems=ADDING,
    changes=False,
)
async def create_passkey_options(work: Work) -> Shown:
    """Begin to add a passkey: answers what the browser's `navigator.credentials.create` takes.

    Whoever has a factor already needs to have shown it in the last five minutes.
    """
    return await PasskeyService(work).options()


@router.post(
    "/me/factors/passkey",
    permission=Permission.SIGNED_IN,
    response_model=ConfirmedView,
    status=201,
    step_up=StepUp.AT_TIMES,
    problems=(PasskeyRefused, *ADDING),
    changes=False,
)
async def create_passkey(new: NewPasskey, work: Work) -> Shown:
    """Add a passkey with what the browser returned, within five minutes; it counts at once.

    With your first factor come ten recovery codes, this once.
    """
    return await PasskeyService(work).add(new)


@router.delete(
    "/users/{user_id}/factors",
    permission=Permission.FACTORS_RESET,
    step_up=StepUp.ALWAYS,
    problems=(NotFound, OwnFactors),
)
async def remove_user_factors(user_id: UUID, work: Work) -> Nothing:
    """Take all second factors and recovery codes from a colleague who has lost them.

    She then signs in with her password alone and adds a new one. Not for your own; whoever has a
    factor needs to have shown it in the last five minutes.
    """
    return await FactorService(work).reset(user_id)
