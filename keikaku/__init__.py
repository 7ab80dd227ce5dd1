"""The command line, and the composition of the other four packages: the only place that knows them all."""
