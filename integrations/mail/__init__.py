"""Mail out: one letter becomes frozen bytes, and a transport hands them on."""
