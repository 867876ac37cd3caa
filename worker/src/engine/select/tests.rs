//! Selection against a reference that asks every person one by one.
