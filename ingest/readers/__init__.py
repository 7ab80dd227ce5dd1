"""One reader a file format: bytes in, lines and tables out."""
