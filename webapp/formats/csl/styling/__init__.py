"""CSL styles applied by citeproc-py, with corrections in subclasses and preprocessed styles.

Imported by `formats.csl.citations`. The reference is citeproc-js. Never corrects more than the
styles in `formats/csl/styles` use.
"""
