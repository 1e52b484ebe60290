"""What the servers and the publisher have to agree on."""

EVERYBODY = "everybody"  # the group of the stock way, and the channel of the floor
