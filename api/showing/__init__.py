"""A result made ready to be shown, whether a page or a document shows it: views, scales, words."""
