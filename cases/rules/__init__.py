"""Pure decisions: facts in, decision out. A rule never reads a clock, a file or a database."""
