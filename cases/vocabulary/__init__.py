"""The words of case work: closed lists, frozen values, named refusals."""
