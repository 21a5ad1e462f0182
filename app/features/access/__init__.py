"""Access: why somebody sees what of a customer."""
