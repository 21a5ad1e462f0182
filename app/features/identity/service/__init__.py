"""What may be done about one's identity: sign in, keep and end sessions, change the password."""

from app.features.identity.schemas import TokenView
from app.features.identity.service.asking import AskedFactors
from app.features.identity.service.desk import Desk, Factors, NoFactors
from app.features.identity.service.enrolling import EnrolmentService
from app.features.identity.service.opening import Opening, SessionOpener
from app.features.identity.service.passwords import PasswordService
from app.features.identity.service.sessions import OtherSessions, SessionService
from app.features.identity.service.signing_in import SignInService
from app.features.identity.service.stepping_up import StepUpService

__all__ = [
    "AskedFactors",
    "Desk",
    "EnrolmentService",
    "Factors",
    "NoFactors",
    "Opening",
    "OtherSessions",
    "PasswordService",
    "SessionOpener",
    "SessionService",
    "SignInService",
    "StepUpService",
    "TokenView",
]
