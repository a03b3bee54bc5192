"""Processes that take queued runs, one per device, and those that wait for them."""
