"""Allocation over groups and systematic draws, in exact arithmetic, as the contract words them."""

import hashlib
from fractions import Fraction


def draws(seed, name, eligible, wanted):
    """Indices of the drawn among the eligible of a group."""
    if wanted == 0:
        return []
    digest = hashlib.sha256(seed + b"\x1f" + name.encode()).digest()
    start = int.from_bytes(digest, "big") % eligible
    return [(start + i * eligible) // wanted for i in range(wanted)]


def largest_remainder(size, weights, keys):
    """Splits a size by weights; ties of the remainder go to the larger key, then to the earlier."""
    total = sum(weights)
    if total == 0:
        return [0] * len(weights)
    quotas = [Fraction(size) * weight / total for weight in weights]
    shares = [int(quota) for quota in quotas]
    by_remainder = sorted(
        range(len(weights)), key=lambda i: (-(quotas[i] - shares[i]), -keys[i], i)
    )
    for i in by_remainder[: size - sum(shares)]:
        shares[i] += 1
    return shares


def allocate(size, groups, rates):
    """How many of each group; `groups` are (eligible, weight). Groups above their size are capped together."""
    allocated = [0] * len(groups)
    left = list(range(len(groups)))
    while left and size > 0:
        keys = [Fraction(groups[i][1]) for i in left]
        weights = [Fraction(groups[i][1]) * (groups[i][0] if rates else 1) for i in left]
        shares = largest_remainder(size, weights, keys)
        above = [(i, share) for i, share in zip(left, shares) if share > groups[i][0]]
        if not above:
            for i, share in zip(left, shares):
                allocated[i] = share
            break
        for i, _ in above:
            allocated[i] = groups[i][0]
            size -= groups[i][0]
            left.remove(i)
    return allocated
