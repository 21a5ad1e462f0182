"""What may be done with second factors: keeping one's own, and proving one."""

from app.features.factors.service.holding import HeldFactors
from app.features.factors.service.keeping import FactorService
from app.features.factors.service.proving import FactorProof, Method, SecondFactors
from app.features.factors.service.registering import PasskeyService

__all__ = [
    "FactorProof",
    "FactorService",
    "HeldFactors",
    "Method",
    "PasskeyService",
    "SecondFactors",
]
