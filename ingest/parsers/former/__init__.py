"""Tables that look back on a former plan: ratings, figures, successors."""
