"""Learning from a hand-coded sample: texts and labels in, a tuned and tested model with its card out."""
