"""Roads of their own for links and graphs, where whole tables must be held or gone through in rounds."""
