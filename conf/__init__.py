"""Settings, and the places they open: typed, immutable, nothing guessed."""
