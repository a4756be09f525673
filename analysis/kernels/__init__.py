"""Kernels: plain functions from batches to partial results; no engine is known here."""
