"""What tests put in place of the outside world: time, chance, secrets, payers, phones."""
