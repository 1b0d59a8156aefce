"""What one person may see of control, as one typed value that the API and the pages both use."""
