"""Emergency access: customers opened out of reach, for a while, and reviewed by another."""
