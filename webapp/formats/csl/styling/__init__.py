"""CSL styles applied by citeproc-py, with its defects mended in subclasses and preprocessed styles.

The reference is citeproc-js. Only what the styles in `formats/csl/styles` use is mended.
"""
