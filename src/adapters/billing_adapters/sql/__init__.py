"""Storage in SQLite or PostgreSQL through SQLAlchemy Core: same tables, same behaviour."""
