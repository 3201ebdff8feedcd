"""Enclosures: files that people hand in, cleaned before they travel with a letter."""
