"""The HTTP floor: knows FastAPI and core, no feature."""
