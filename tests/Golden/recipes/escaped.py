"""Files with blocks that begin with the magic number of the journal."""
import os

for index in range(6):
    fd = os.open("escaped%d" % index, os.O_RDWR | os.O_CREAT, 0o644)
    for block in range(5):
        os.pwrite(fd, bytes.fromhex("C03B3998") + bytes([index, block]) * 510, block * (1024 << (index % 3)))
    os.fsync(fd)
    os.close(fd)
