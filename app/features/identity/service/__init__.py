"""What may be done about one's identity: sign in, keep and end sessions, change the password."""

from app.features.identity.service.desk import Desk, Factors, NoFactors
from app.features.identity.service.opening import Opening, SessionOpener
from app.features.identity.service.passwords import PasswordService
from app.features.identity.service.sessions import SessionService
from app.features.identity.service.signing_in import SignInService

__all__ = [
    "Desk",
    "Factors",
    "NoFactors",
    "Opening",
    "PasswordService",
    "SessionOpener",
    "SessionService",
    "SignInService",
]
