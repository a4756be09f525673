"""The report of graphs: the drawn core, communities, ranks, degrees, changes; and their exports."""
