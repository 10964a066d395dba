"""What a module can do that was made here, beyond what its generated source says: it knows the network that it is."""
