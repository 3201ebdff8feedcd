"""Words, layouts and fonts of the letters; one folder for each kind of letter.

Holds no code: `integrations.letters` reads it. README.md says how an office changes a letter.
"""
