"""The bench: the service as it ships beside a bare reference, on the same rows."""
