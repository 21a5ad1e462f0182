"""Exchange: customers in bulk, from files of other programs."""
