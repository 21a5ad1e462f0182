"""The PostgreSQL that comes along: found, made, started, watched and stopped by us."""
