"""The columnar index of Common Crawl: which captures there are, asked in SQL, and where their records lie."""
