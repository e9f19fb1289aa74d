"""What made the files that come with nnlab, and what measures it. The app imports nothing from here."""
