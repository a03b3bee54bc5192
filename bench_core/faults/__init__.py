"""Ways to spoil a perfect generator on purpose, from mild to strong: what each number can see of them is its power."""
