"""From a captured answer of a web server to a page: head, body, type, encoding, text, title, canonical address."""
