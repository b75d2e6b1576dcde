"""The ways in: settings, composition root, web application, command line, worker."""
