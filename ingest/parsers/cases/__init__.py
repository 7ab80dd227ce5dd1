"""Initiatives told of outside the numbered measures."""
