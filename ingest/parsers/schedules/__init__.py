"""Schedules by fiscal year."""
