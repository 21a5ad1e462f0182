"""Sharing: customers lent to other departments for a while."""
