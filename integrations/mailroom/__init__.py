"""The mail room's paper: the file to print, carrier sheets, lists, the register."""
