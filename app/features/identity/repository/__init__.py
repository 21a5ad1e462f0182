"""The rows of signing in: credentials, sessions, attempts."""

from app.features.identity.repository.attempts import AttemptRepository
from app.features.identity.repository.clients import (
    ClientLogin,
    ClientLoginRepository,
    fitting_secret,
)
from app.features.identity.repository.logins import Login, LoginRepository
from app.features.identity.repository.sessions import (
    Held,
    Session,
    SessionRepository,
    read_ended,
)

__all__ = [
    "AttemptRepository",
    "ClientLogin",
    "ClientLoginRepository",
    "Held",
    "Login",
    "LoginRepository",
    "Session",
    "SessionRepository",
    "fitting_secret",
    "read_ended",
]
