"""Documents → values: readers give lines and tables, parsers give the values of ``ontology.model``."""
