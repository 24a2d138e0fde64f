#!/usr/bin/env python3
"""The Python package beside scikit-learn's MLPClassifier: medians of repeated measurements in one process.

    RECTIFIER_MNIST=FOLDER... no: python benchmarks/python.py MNIST [--imdb FOLDER] [--rounds 3] [--examples 10000] [--only NAME...]

MNIST is the folder with the four published files, packed (.gz) or not. Needs the package rectifier, and scikit-learn.
"""
