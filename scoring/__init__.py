"""The data-science package: from partner files to a scored list. It knows no web and no portal."""
