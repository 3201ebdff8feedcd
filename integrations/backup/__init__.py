"""Backups of a running installation, and what becomes of one.

A backup is a folder: the database as it was at one instant, every document that it names, a
manifest, and a list of checksums that `sha256sum -c SHA256SUMS` checks as well. The keys are kept
apart, unless somebody asks for them. Mail in a Maildir and Prefect's own database are no part of
it: Prefect's pages are rebuilt from ours.
"""
