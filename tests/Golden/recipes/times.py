"""Files whose times lie at the borders of what an inode holds; what it cannot hold, the kernel clamps."""
import os

for seconds in (-2**31, -1000, -1, 0, 1, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**32 + 2**31, 2**33, 2**33 + 2**31, 2**34 - 2**31 - 1):
    name = "t%d" % seconds
    with open(name, "w", encoding="ascii") as file:
        file.write(name)
    os.utime(name, ns=(seconds * 10**9 + 999999999, seconds * 10**9 + 1))
