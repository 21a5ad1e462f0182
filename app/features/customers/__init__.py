"""The customer archive: the record of a customer and everything it owns."""
