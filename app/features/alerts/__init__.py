"""Alerts: who reads far more than usual, at night, in sequence, what is watched, or one's own."""
