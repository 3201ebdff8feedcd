"""One business act is one function and one transaction's work; the caller commits."""
