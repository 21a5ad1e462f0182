"""Identity: signing in, sessions and their ends, passwords."""
