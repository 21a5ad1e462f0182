"""Exports: customers leave in a file, as far as one sees them, sealed until it is taken once."""
