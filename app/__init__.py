"""CIMS: the customer record one can trust."""
