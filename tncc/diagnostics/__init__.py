"""What went wrong, where, and how it is shown: data first, rendering apart."""
