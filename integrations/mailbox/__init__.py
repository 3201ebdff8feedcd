"""Mail in: a mailbox is read by IMAP, and each message by a limited process."""
