"""AST to Network: names, sizes, families, imports and sub-networks are settled here, and nowhere later."""
