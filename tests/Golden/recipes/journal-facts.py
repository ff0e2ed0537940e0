"""journal-facts.py IMAGE WORD: what the internal journal of an image holds, from its bytes.

escaped, revokes, fast: how many such tags or blocks; wrapped: 1 when the live log passes the end; tear: damages the last
commit block of the live log.
"""
import re
import struct
import subprocess
import sys

image, word = sys.argv[1], sys.argv[2]
text = subprocess.run(["debugfs", "-R", "stat <8>", image], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                      check=True, timeout=60).stdout.decode()
places = []
listed = text[re.search(r"^(EXTENTS|BLOCKS):$", text, re.MULTILINE).end():]
for item in re.findall(r"\((\d+)(?:-(\d+))?\):(\d+)", listed):
    first, last, place = int(item[0]), int(item[1] or item[0]), int(item[2])
    places += [(block, place + block - first) for block in range(first, last + 1)]
places = dict(places)
file = open(image, "r+b")
file.seek(1024 + 24)
size = 1024 << struct.unpack("<I", file.read(4))[0]


def read(block):
    file.seek(places[block] * size)
    return file.read(size)


head = read(0)
count, first, sequence, start = struct.unpack_from(">IIII", head, 0x10)
compat, incompat = struct.unpack_from(">II", head, 0x24)
fast = (struct.unpack_from(">I", head, 0x54)[0] or 256) if incompat & 0x20 else 0
last = count - fast
wide, v3, v2 = incompat & 2, incompat & 16, incompat & 8
tag_bytes = 16 if v3 else 8 + (4 if wide else 0) + (2 if v2 else 0)
escaped = revokes = wrapped = 0
commit = None
at = start


def after(block):
    return first if block + 1 == last else block + 1


while start:
    block = read(at)
    magic, kind, number = struct.unpack_from(">III", block, 0)
    if magic != 0xC03B3998 or number != sequence:
        break
    here = at
    at = after(at)
    wrapped |= at < here
    if kind == 1:
        offset = 12
        while True:
            flags, = struct.unpack_from(">I" if v3 else ">H", block, offset + (4 if v3 else 6))
            escaped += flags & 1
            here = at
            at = after(at)
            wrapped |= at < here
            offset += tag_bytes + (0 if flags & 2 else 16)
            if flags & 8:
                break
    elif kind == 2:
        commit = here
        sequence += 1
    elif kind == 5:
        revokes += 1
if word == "tear":
    file.seek(places[commit] * size)
    file.write(bytes(size))
elif word == "fast":
    print(sum(1 for block in range(last, count) if any(read(block))))
else:
    print({"escaped": escaped, "revokes": revokes, "wrapped": wrapped}[word])
