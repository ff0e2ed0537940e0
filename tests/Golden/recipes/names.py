"""names.py FOLDER COUNT PREFIX: hard links to a few files (an inode may have 65,000 names)."""
import os
import sys

folder, count, prefix = sys.argv[1], int(sys.argv[2]), sys.argv[3]
os.makedirs(folder, exist_ok=True)
for index in range(count):
    if index % 60000 == 0:
        first = "%s/%s%d" % (folder, prefix, index)
        os.close(os.open(first, os.O_CREAT | os.O_WRONLY, 0o644))
    else:
        os.link(first, "%s/%s%d" % (folder, prefix, index))
