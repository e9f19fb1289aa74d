"""The Glossary page: every term, what it means, where to see it."""
