//! Bad orders: each refused with its place, its field and its reason.
