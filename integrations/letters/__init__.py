"""Letters as PDF: Jinja2 words the text, Typst sets it in the letter format of GB/T 9704."""

from integrations.letters.printer import TypstPrinter

__all__ = ["TypstPrinter"]
