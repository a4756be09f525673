"""Archives into the lake, and everything that is run: sources, landing, Prefect flows, the command line."""
