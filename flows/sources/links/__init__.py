"""Links of captured pages, added up to host-to-host edges per input: from WAT, or from WARC by the same rules."""
