"""Inquiries exchanged with other installations, as signed files in a folder (docs/exchange.md)."""
