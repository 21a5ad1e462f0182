"""Merges: several records of one customer made one, and taken back when that was wrong."""
