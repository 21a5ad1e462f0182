"""Roles as data: drafts, what they would change for whom, publication, and roles kept apart."""
