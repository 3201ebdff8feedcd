"""The words in which people are told, and the ways that are neither mail nor letter."""
