"""Glossary: every term of the field that the app uses, in both languages, and where to see it."""

from nnlab.ui import shell
from nnlab.ui.glossary import page

shell.page("glossary")
page.show()
