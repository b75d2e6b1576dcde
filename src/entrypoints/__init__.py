"""The ways in: settings, the composition root, the web application, the command line, the worker."""
