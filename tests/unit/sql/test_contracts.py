"""The SQL adapter keeps every contract of the storage ports, here on SQLite."""

from billing_domain.testing import contracts

STORED = (contracts.StorageContract, contracts.TokenStoreContract)

for _name, _contract in [*vars(contracts).items()]:
    if isinstance(_contract, type) and issubclass(_contract, STORED):
        globals()[f"Test{_name}"] = type(f"Test{_name}", (_contract,), {})


def test_every_room_has_one() -> None:
    assert len([name for name in globals() if name.endswith("Contract")]) > 30
