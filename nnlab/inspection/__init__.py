"""Looking inside a network: what its layers compute, how healthy they are, why an image is read as it is."""
