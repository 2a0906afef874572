"""Delivery of events to customers' endpoints."""
