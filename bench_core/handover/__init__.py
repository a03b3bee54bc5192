"""What goes out: ZIPs of images and tables, the simulated cohort."""
