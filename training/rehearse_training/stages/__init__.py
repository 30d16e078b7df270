"""What is trained after what, and how well it does."""
