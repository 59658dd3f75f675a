"""The journal read: lines, words, exports, unusual readings."""
