"""The /v1 door: the Smstools wire dialect over HTTP."""
