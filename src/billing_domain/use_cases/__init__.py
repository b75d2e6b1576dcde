"""What staff and programs do: each verb checks the right, owns its transaction, is audited."""
