"""What `manage.py demo` puts into a development database, to look around in."""
