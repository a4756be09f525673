"""What the Spark engines share: the session, types, shuffled buckets, progress."""
