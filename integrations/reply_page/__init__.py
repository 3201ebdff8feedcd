"""The reply page (答复页): where an asked office answers by the link in its letter.

A small public application of its own: server-rendered, no JavaScript, no account. It can do
nothing but what `cases.operations.reply_links` offers, and shows nothing of a case before the
reference and the short code that the letter prints were given.
"""
