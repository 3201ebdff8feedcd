"""The office's electronic seal: a signature in the PDF, never a picture."""
