"""Staff: departments, roles, users, and how they sign in."""
