"""The case types that ship with Hancha, one TOML file for each version."""
