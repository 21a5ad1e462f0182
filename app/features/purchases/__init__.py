"""Products, and what customers buy of them: orders, lines, returns."""
