"""Second factors: authenticator apps, passkeys, recovery codes, and what proves one at sign-in."""
