"""Signing in through a company's identity provider, by OpenID Connect."""
