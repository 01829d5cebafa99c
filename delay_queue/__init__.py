"""A Dramatiq broker with cancellable delayed messages; independent of Django."""
