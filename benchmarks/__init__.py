"""What the project promises in numbers, measured: `make bench`."""
