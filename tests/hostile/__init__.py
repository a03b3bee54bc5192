"""Deaths at any moment, and inputs of people who mean harm."""
