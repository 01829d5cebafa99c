"""The moving parts of `booking_api.broker`: scripts that run inside Redis, and consumers."""
