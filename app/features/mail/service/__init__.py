"""What may be done with mail: queueing it, looking after it, sending it."""

from app.features.mail.service.messages import MessageService
from app.features.mail.service.outbox import Correspondent, Outbox, Recipient
from app.features.mail.service.sending import clear_messages, send_messages

__all__ = [
    "Correspondent",
    "MessageService",
    "Outbox",
    "Recipient",
    "clear_messages",
    "send_messages",
]
