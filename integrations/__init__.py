"""How Hancha touches the world; `wiring` puts the parts together."""
