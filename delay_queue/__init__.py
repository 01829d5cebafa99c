"""A Dramatiq broker whose delayed messages wait in Redis and can be cancelled. No Django here."""
