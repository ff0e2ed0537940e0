#!/usr/bin/env python3
"""Prints what debugfs shows of an image, in the lines of kernel-walk.py: for volumes that this kernel does not mount."""
import base64
import hashlib
import json
import os
import re
import struct
import subprocess
import sys


def debugfs(image, folder, commands):
    script = os.path.join(folder, "walk.commands")
    with open(script, "wb") as file:
        file.write(b"".join(command + b"\n" for command in commands))
    done = subprocess.run(["debugfs", "-f", script, image], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, timeout=200, check=True)
    answers = re.split(rb"^debugfs: .*\n", done.stdout, flags=re.MULTILINE)[1:]
    assert len(answers) == len(commands), (len(answers), len(commands))
    return answers


def walk_tree(image, folder):
    """Yields path and inode number, one debugfs run a level."""
    level, seen, paths = [(b"", 2)], {2}, [(b"", 2)]
    while level:
        answers = debugfs(image, folder, [b"ls -p <%d>" % number for _, number in level])
        below = []
        for (path, _), answer in zip(level, answers):
            for line in answer.splitlines():
                parts = line.split(b"/")
                if len(parts) < 8 or parts[5] in (b".", b"..") or parts[1] == b"0":
                    continue
                number, mode, name = int(parts[1]), int(parts[2], 8), parts[5]
                full = path + b"/" + name if path else name
                paths.append((full, number))
                if mode & 0o170000 == 0o040000 and number not in seen:
                    seen.add(number)
                    below.append((full, number))
        level = below
    return paths


def when(text, name):
    found = re.search(r"^ *%s: 0x([0-9a-f]{8})(?::([0-9a-f]{8}))?" % name, text, re.MULTILINE)
    if not found:
        return None
    low, = struct.unpack(">i", bytes.fromhex(found.group(1)))
    extra = int(found.group(2) or "0", 16)
    return (low + ((extra & 3) << 32)) * 10**9 + (extra >> 2)


def extents(text, block):
    found = []
    part = re.search(r"^(?:EXTENTS|BLOCKS):\n(.*?)(?:\nTOTAL|\n\n|\Z)", text, re.MULTILINE | re.DOTALL)
    for item in re.findall(r"\((\d+)(?:-(\d+))?(\[u\])?(?:-\d+)?\):(\d+)(?:-\d+)?", part.group(1) if part else ""):
        first, last, unwritten, place = int(item[0]), int(item[1] or item[0]), item[2], int(item[3])
        kind = "unwritten" if unwritten else "mapped"
        one = [first * block, place * block, (last - first + 1) * block, kind]
        if found and found[-1][3] == kind and found[-1][0] + found[-1][2] == one[0] and found[-1][1] + found[-1][2] == one[1]:
            found[-1][2] += one[2]
        else:
            found.append(one)
    return found


def abi(name, value):
    """Of an access control list: entries without an id have -1 in the kernel's interface, and 0 in debugfs."""
    if not name.startswith(b"system.posix_acl_"):
        return value
    entries = [value[at:at + 8] for at in range(4, len(value), 8)]
    return value[:4] + b"".join(entry if entry[0] in (2, 8) else entry[:4] + b"\xff" * 4 for entry in entries)


def main(image, folder):
    superblock = open(image, "rb").read(2048)[1024:]
    block = 1024 << struct.unpack_from("<I", superblock, 24)[0]
    paths = walk_tree(image, folder)
    numbers = sorted({number for _, number in paths})
    stats = dict(zip(numbers, debugfs(image, folder, [b"stat <%d>" % number for number in numbers])))
    lists = dict(zip(numbers, debugfs(image, folder, [b"ea_list <%d>" % number for number in numbers])))
    wanted, dumps = [], []
    for number in numbers:
        for name in re.findall(rb"^  ([^\s]+) \(\d+\)", lists[number], re.MULTILINE):
            if name not in (b"system.data", b"encryption.c"):
                wanted.append((number, name))
    commands = [b"ea_get -f %s/ea.%d <%d> %s" % (os.fsencode(folder), index, number, name)
                for index, (number, name) in enumerate(wanted)]
    regular = [number for number in numbers if b"Type: regular" in stats[number]]
    commands += [b"dump <%d> %s/dump.%d" % (number, os.fsencode(folder), number) for number in regular]
    if commands:
        debugfs(image, folder, commands)
    values = {}
    for index, (number, name) in enumerate(wanted):
        with open("%s/ea.%d" % (folder, index), "rb") as file:
            value = abi(name, file.read())
        os.remove("%s/ea.%d" % (folder, index))
        values.setdefault(number, {})[name.decode()] = "%d:%s" % (len(value), hashlib.sha256(value).hexdigest())
    seen = set()
    for path, number in paths:
        line = {"path": base64.b64encode(path).decode(), "ino": number}
        if number not in seen:
            seen.add(number)
            describe(line, number, stats[number].decode(errors="replace"), values.get(number, {}), block, folder)
        print(json.dumps(line))


def describe(line, number, text, xattrs, block, folder):
    kinds = {"directory": 0o040000, "regular": 0o100000, "symlink": 0o120000, "character special": 0o020000,
             "block special": 0o060000, "FIFO": 0o010000, "socket": 0o140000}
    head = re.search(r"Type: (.*?) +Mode: +(\d+) +Flags: 0x([0-9a-f]+)", text)
    kind = head.group(1)
    line["mode"] = kinds[kind] | int(head.group(2), 8)
    line["encrypted"] = bool(int(head.group(3), 16) & 0x800)
    owner = re.search(r"User: *(-?\d+) +Group: *(-?\d+)(?: +Project: *(-?\d+))? +Size: *(\d+)", text)
    unsigned = (1 << 32) - 1
    line["uid"], line["gid"] = int(owner.group(1)) & unsigned, int(owner.group(2)) & unsigned
    line["size"] = int(owner.group(4))
    if owner.group(3) is not None:
        line["project"] = int(owner.group(3)) & unsigned
    counts = re.search(r"Links: (\d+) +Blockcount: (\d+)", text)
    line["nlink"], line["blocks"] = int(counts.group(1)), int(counts.group(2))
    for field, name in (("atime", "atime"), ("mtime", "mtime"), ("ctime", "ctime"), ("btime", "crtime")):
        line[field] = when(text, name)
    device = re.search(r"Device major/minor number: (\d+):(\d+)", text)
    if device:
        line["rdev"] = [int(device.group(1)), int(device.group(2))]
    link = re.search(r'^Fast link dest: "(.*)"$', text, re.MULTILINE)
    if link:
        line["link"] = base64.b64encode(link.group(1).encode()).decode()
    line["xattrs"] = xattrs
    if kind != "regular":
        return
    if int(head.group(3), 16) & 0x10000000:
        size = line["size"]
        line["extents"] = [[0, 0, size, "inline"]] if size else []
        # As stat(2) shows it.
        line["blocks"] += (size + 511) // 512
    else:
        line["extents"] = extents(text, block)
    name = "%s/dump.%d" % (folder, number)
    with open(name, "rb") as file:
        data = file.read()
    os.remove(name)
    data = data[:line["size"]] + bytes(max(0, line["size"] - len(data)))
    line["sha"], line["read"] = hashlib.sha256(data).hexdigest(), line["size"]


main(sys.argv[1], sys.argv[2])
