"""Landing: each input becomes one part of the lake, with a row in the ledger and its rejects in quarantine."""
