"""`make run`: start all parts of the installation in one terminal and keep them running."""
