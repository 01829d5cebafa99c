"""Kills, freezes and empties parts of a running installation and counts the texts."""
