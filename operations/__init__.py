"""What keeps an installation safe: moving its data, backing it up, restoring it."""
