"""Tables, named queries, journal, outbox. Only `cases.store.session` commits."""
