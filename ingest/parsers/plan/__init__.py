"""The structure of a plan in running text: where measures begin, what stands above them, their labelled parts."""
