"""Other systems: on what terms they work, and the secrets they sign in with."""
