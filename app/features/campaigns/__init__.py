"""Update campaigns: tasks for owners, links for customers, and corrections held for review."""
