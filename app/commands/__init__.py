"""The commands: what an operator does at a terminal, each by the same services as HTTP."""
