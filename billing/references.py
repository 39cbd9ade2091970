"""The structured reference of a bank transfer (ISO 11649)."""

from stdnum import iso7064, iso11649


def reference_of(number: int) -> str:
    body = f"{number:08d}"
    check = iso7064.mod_97_10.calc_check_digits(f"{body}RF")
    return iso11649.validate(f"RF{check}{body}")
