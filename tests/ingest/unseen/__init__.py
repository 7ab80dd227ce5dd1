"""Documents of many shapes, made of invented facts: each maker writes a file and gives back what the file says.

The facts come first and the file is printed from them, so what is expected never depends on what a parser gives.
"""
