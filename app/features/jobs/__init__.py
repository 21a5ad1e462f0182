"""Jobs: what goes on after the answer, as its submitters and operators see it."""
