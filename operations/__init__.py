"""Backup, restore, moving data and health checks of an installation."""
