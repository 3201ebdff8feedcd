"""What is true of a case and what may be done with it: vocabulary, rules, store, operations.

This package knows no Prefect, web framework, command line, mail server or PDF library.
"""
