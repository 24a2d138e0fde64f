"""A trained network: a program, and a module to import. It needs Python 3.8 or later and NumPy.

    predict(rows)                  the class of each row, or the predicted number
    predict_probabilities(rows)    the probabilities of the classes, [rows, classes], if there are classes

The function encoded() says what a row is. `python3 THIS_FILE EXAMPLES` prints the predictions for a file.
"""

import argparse
import base64
import csv
import re
import sys
import unicodedata

import numpy as np

DELIMITER = None  # of the fields of a table; None if the first line decides

