"""What may be done about emergencies."""

from app.features.emergency.service.opening import EmergencyService
from app.features.emergency.service.reviewing import ReviewService

__all__ = ["EmergencyService", "ReviewService"]
