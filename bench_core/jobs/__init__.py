"""Processes that take queued runs, one a device, and those that wait for them."""
