"""One module per aggregate. Import `cases.store.tables.all` for the complete metadata."""
