"""Indicator tables in running text."""
