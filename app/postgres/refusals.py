"""Why there is no PostgreSQL, in one sentence for the person at the terminal."""


class PostgresUnavailableError(RuntimeError):
    """PostgreSQL cannot be found, made or started; the text says what to do."""


class PostgresInterruptedError(PostgresUnavailableError):
    """The server does not answer or ended the session: it may be coming or going."""
