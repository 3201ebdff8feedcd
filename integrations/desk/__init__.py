"""The desk: clerks work their cases in a browser; no script is needed.

An inbound adapter like the command line: it calls the same operations with the same actors and
shows the same facts (`integrations.reading`); what a role may do is decided below both.
"""
