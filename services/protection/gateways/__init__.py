"""What comes from outside: files of notices, audits and incidents."""
