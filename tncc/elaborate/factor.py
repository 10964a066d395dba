"""`factor(n, k)`: a number split into factors as equal as can be."""

import math
from bisect import bisect_right
from functools import lru_cache

_WITNESSES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)  # enough for every number below 2**64


def _is_prime(n: int) -> bool:
    """Miller-Rabin, exact below 2**64 with these witnesses (Sorenson and Webster, 2015)."""
    if n < 2:
        return False
    for p in _WITNESSES:
        if n % p == 0:
            return n == p
    d, s = n - 1, 0
    while d % 2 == 0:
        d, s = d // 2, s + 1
    for a in _WITNESSES:
        x = pow(a, d, n)
        if x in (1, n - 1):
            continue
        for _ in range(s - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


def _divisor(n: int) -> int:
    """A proper divisor of a composite number (Pollard's rho, 1975)."""
    for constant in range(1, n):
        slow = fast = 2
        found = 1
        while found == 1:
            slow = (slow * slow + constant) % n
            fast = (fast * fast + constant) % n
            fast = (fast * fast + constant) % n
            found = math.gcd(slow - fast, n)
        if found != n:
            return found
    return n


def primes(n: int) -> tuple[int, ...]:
    """The prime factors of `n` < 2**63, each as often as it divides, ascending."""
    found: list[int] = []
    for p in (2, 3, 5, 7, 11, 13):
        while n % p == 0:
            found.append(p)
            n //= p
    stack = [n] if n > 1 else []
    while stack:
        part = stack.pop()
        if _is_prime(part):
            found.append(part)
            continue
        divisor = _divisor(part)
        stack += [divisor, part // divisor]
    return tuple(sorted(found))


def _divisors(n: int) -> list[int]:
    found = {1}
    for p in primes(n):
        found |= {d * p for d in found}
    return sorted(found)


@lru_cache(maxsize=256)
def factor(n: int, k: int) -> tuple[int, ...]:
    """The ascending `k`-tuple with product `n` of the least sum, then the least largest factor; 1 <= n < 2**63.

    Depth-first over ascending divisors, nearest the geometric mean first, cut where even equal factors could not
    beat the best sum found (arithmetic-geometric mean inequality).
    """
    parts = max(len(primes(n)), 1)
    if k > parts:
        return (1,) * (k - parts) + factor(n, parts)
    best: tuple[int, int, tuple[int, ...]] = (n + k - 1, n, (1,) * (k - 1) + (n,))
    divisors = _divisors(n)

    def search(rest: int, chosen: tuple[int, ...], total: int, low: int) -> None:
        nonlocal best
        count = k - len(chosen)
        if count == 1:
            best = min(best, (total + rest, rest, (*chosen, rest)))
            return
        high = math.isqrt(rest) if count == 2 else int(rest ** (1 / count) * (1 + 1e-9))
        for position in range(bisect_right(divisors, high) - 1, low - 1, -1):
            d = divisors[position]
            if total + d + (count - 1) * (rest / d) ** (1 / (count - 1)) > best[0] * (1 + 1e-12):
                break  # the further from the mean, the worse
            if rest % d == 0:
                search(rest // d, (*chosen, d), total + d, position)
                if count == 2:
                    break

    search(n, (), 0, 0)
    return best[2]
