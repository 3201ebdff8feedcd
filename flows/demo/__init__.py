"""`python -m flows.demo`: three cases live forty working days on real parts in under a minute."""
