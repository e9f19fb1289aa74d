"""The rules of the games; the app draws them."""
