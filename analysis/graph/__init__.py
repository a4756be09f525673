"""Links between hosts, and the graph they make."""
