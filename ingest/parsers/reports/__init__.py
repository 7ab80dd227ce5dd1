"""Progress reports: columns of bullets, and what each bullet tells."""
