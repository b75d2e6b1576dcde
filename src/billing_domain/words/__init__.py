"""The words of the domain in Chinese: a sentence per error code, and what sheets say."""
