"""Notices by e-mail: written from templates, handed to the operator's mail server, tried again until they are taken."""
