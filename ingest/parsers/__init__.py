"""Pure generators from lines or cells to values; they keep spans, never print, never write."""
