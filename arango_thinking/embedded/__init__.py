"""An ArangoDB-compatible engine over one SQLite file, for development, demos, tests and small data."""
