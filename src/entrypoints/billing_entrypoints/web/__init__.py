"""The web application: pages for staff and owners, and the open API."""
