"""Every column once, every table once: the codebook of the lake and of the results."""
