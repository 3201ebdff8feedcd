"""Documents as encrypted files; the hash of the ciphertext is a document's address."""
