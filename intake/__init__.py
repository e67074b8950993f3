"""Mail in: reading, screening and attributing messages; the mailboxes are edges."""
