"""The data that stages hand on, and the functions that read it; nothing here knows a file or a back end."""
