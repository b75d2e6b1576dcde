"""The pages of the sandbox, which plays a payment provider in demos and tests."""
