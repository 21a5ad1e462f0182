"""The trail: the audit as it is read, per event and per customer, and its verification."""
