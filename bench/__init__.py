"""What is measured and how: `jingwei bench`."""
