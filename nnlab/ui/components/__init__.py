"""What has a script in the browser."""
