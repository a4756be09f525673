"""Kernels of graphs: canonical edges, compressed rows, and metrics of vertices on them; arrays in, arrays out."""
