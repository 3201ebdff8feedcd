"""What the tests share is imported from here: `tests.databases`, `tests.postgres_server`."""
