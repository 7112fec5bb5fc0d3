"""The daily close: what a day came to, and that finance signed it."""
