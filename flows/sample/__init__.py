"""A living desk for newcomers: two synthetic regions, their cases lived through real operations."""
