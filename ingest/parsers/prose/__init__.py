"""What is left: passages, footnotes, running heads, and what sentences name."""
