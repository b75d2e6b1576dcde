"""Storage in SQLite or PostgreSQL through SQLAlchemy Core, with the same tables."""
