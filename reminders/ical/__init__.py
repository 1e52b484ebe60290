"""Schedules and reminders as RFC 5545 writes them down."""
