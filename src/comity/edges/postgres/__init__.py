"""PostgreSQL: the embedded server, migrations, stores and their SQL."""
