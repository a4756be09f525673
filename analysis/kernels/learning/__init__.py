"""Texts to numbers for scikit-learn, and classes of texts by a model: kernels of hand-coded learning."""
