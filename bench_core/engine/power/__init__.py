"""What each number can see: a perfect generator is spoiled on purpose, and every metric is asked whether it notices."""
