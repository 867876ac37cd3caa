"""Rows of a delivery as CSV, from the source columns."""

import csv
import io

GROUPS = {
    "name": ["surname", "first_names", "call_name"],
    "address": ["street_address", "postal_code", "post_office"],
}


def columns(fields):
    """Delivered columns of field groups and single fields."""
    return [column for field in fields for column in GROUPS.get(field, [field])]


def street_address(row):
    """`Teikäläistentie 2a B 12`; in Swedish where the service language is sv and a Swedish name exists."""
    swedish = row["service_language"] == "sv"
    street = (swedish and row["address_street_sv"]) or row["address_street_fi"]
    apartment = (row["apartment"] or "").lstrip("0")
    if apartment:
        apartment += row["divider"] or ""
    return " ".join(part for part in [street, row["address_house_number"], row["stair"], apartment] if part)


def value(row, column):
    """One delivered value as text."""
    if column == "street_address":
        return street_address(row)
    if column == "postal_code":
        return row["address_postal_code"]
    if column == "post_office":
        swedish = row["service_language"] == "sv" and row["address_post_office_sv"]
        return swedish or row["address_post_office_fi"]
    found = row[column]
    return "" if found is None else str(found)


def rows_as_csv(rows, names):
    """Rows of the register as the CSV of a delivery, without header."""
    return values_as_csv([[value(row, name) for name in names] for row in rows])


def values_as_csv(rows):
    """RFC 4180 with CRLF."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()
