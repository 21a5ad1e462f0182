"""Quality: rules, what breaks them, scores of customers, figures of departments."""
