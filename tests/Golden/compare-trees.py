#!/usr/bin/env python3
"""Compares two trees as the kernel shows them, and prints what differs; exits 1 then.

Types, modes, owners, modification times, device numbers, sizes, links, targets, extended attributes (ACLs included) and
contents. "holes" compares where data and holes are, "seconds" drops fractions of seconds, "notime" times, "notime:dir" those
of one path, "noxattr" attributes. The
lost+found of the top is left out.
"""
import hashlib
import os
import stat
import sys

CHUNK = 1 << 20
flags = set(sys.argv[3:])


def ranges(fd, size):
    found, at = [], 0
    while at < size:
        try:
            data = os.lseek(fd, at, os.SEEK_DATA)
        except OSError:
            break
        at = os.lseek(fd, data, os.SEEK_HOLE)
        found.append((data, at))
    return found


def contents(path, size):
    sha, fd = hashlib.sha256(), os.open(path, os.O_RDONLY | os.O_NOATIME)
    try:
        parts = ranges(fd, size)
        last = 0
        for begin, end in parts:
            for at in range(begin, end, CHUNK):
                piece = os.pread(fd, min(CHUNK, end - at), at)
                stripped = piece.rstrip(b"\0")
                if stripped:
                    sha.update(b"%d:" % at if at != last else b"")
                    sha.update(piece)
                    last = at + len(piece)
        return (parts if "holes" in flags else None), sha.hexdigest()
    finally:
        os.close(fd)


def time(value):
    return None if "notime" in flags else value // 10**9 if "seconds" in flags else value


def describe(root, relative, inodes):
    path = os.path.join(root, relative) if relative else root
    info = os.lstat(path)
    kind = info.st_mode
    line = [oct(kind), info.st_uid, info.st_gid, time(info.st_mtime_ns)]
    if "notime:" + os.fsdecode(relative) in flags:
        line[3] = None
    if stat.S_ISCHR(kind) or stat.S_ISBLK(kind):
        line.append((os.major(info.st_rdev), os.minor(info.st_rdev)))
    if not stat.S_ISDIR(kind):
        line += [info.st_size, info.st_nlink, inodes.setdefault(info.st_ino, relative)]
    names = sorted(os.listxattr(path, follow_symlinks=False)) if "noxattr" not in flags else []
    line.append([(name, os.getxattr(path, name, follow_symlinks=False)) for name in names])
    if stat.S_ISLNK(kind):
        line.append(os.readlink(path))
    if stat.S_ISREG(kind):
        line += contents(path, info.st_size)
    return line, sorted(os.listdir(path)) if stat.S_ISDIR(kind) else []


def walk(root):
    root, inodes, found, pending = os.fsencode(root), {}, {}, [b""]
    while pending:
        relative = pending.pop()
        found[relative], names = describe(root, relative, inodes)
        below = [relative + b"/" + name if relative else name for name in names]
        pending += [name for name in reversed(below) if name != b"lost+found"]
    return found


left, right = walk(sys.argv[1]), walk(sys.argv[2])
count = 0
for name in sorted(set(left) | set(right)):
    if left.get(name) != right.get(name):
        count += 1
        if count <= 10:
            print(repr(name)[:100], repr(left.get(name))[:400], repr(right.get(name))[:400], sep="\n    ")
print(len(left), "entries,", count, "differ")
sys.exit(1 if count else 0)
