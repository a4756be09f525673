"""The report of a learnt model, from its card."""
