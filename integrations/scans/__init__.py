"""Scans: stacks of paper that come in as pictures, read by their codes and filed."""
