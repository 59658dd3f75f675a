"""The lists: rows, filters, pages, exports, reasons."""
