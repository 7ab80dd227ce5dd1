"""What the words mean: the values of the domain, fiscal years, errors, the vocabulary. Imports the standard library only."""
