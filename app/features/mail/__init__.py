"""Mail: messages queued with what causes them, sealed, and sent by a routine over SMTP."""
