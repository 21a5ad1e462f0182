"""Quotas: how many customers one may be shown, look up or reveal in a day."""
