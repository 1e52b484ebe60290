"""What `bin/dev` and `bin/test` are made of. Standard library only, until `.venv` is there."""
