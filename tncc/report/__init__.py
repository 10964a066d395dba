"""What a network costs and what stands beside it: data first, then sections that say it, then renderers."""
