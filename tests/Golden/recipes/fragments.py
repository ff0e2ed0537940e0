"""fragments.py FILE COUNT BYTES: pieces of data with holes of the same size between them."""
import os
import random
import sys

name, count, length = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
rest = random.Random(count)
fd = os.open(name, os.O_RDWR | os.O_CREAT, 0o644)
for index in range(count):
    os.pwrite(fd, rest.randbytes(length), 2 * index * length)
os.fsync(fd)
os.close(fd)
