"""`make run`: everything the installation needs, in one terminal, kept running."""
