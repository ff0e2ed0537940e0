#!/usr/bin/env python3
"""Walks a mount point and prints what the kernel shows, one JSON object per line.

Every path has its inode number; everything else comes with the first path of an inode. Files up to 64 MiB are hashed
whole; of larger ones the 1 MiB chunks that hold data and are not all zero, each preceded by its offset.
"""
import base64
import ctypes
import errno
import fcntl
import hashlib
import json
import os
import stat
import struct
import sys

WHOLE = 64 << 20
CHUNK = 1 << 20
FS_IOC_FIEMAP = 0xC020660B
LAST, INLINE, UNWRITTEN = 0x1, 0x200, 0x800
STATX_BTIME, ATTR_ENCRYPTED = 0x800, 0x800
libc = ctypes.CDLL(None, use_errno=True)


def b64(data):
    return base64.b64encode(data).decode()


def extents(fd):
    found, start, count = [], 0, 2000
    while True:
        head = struct.pack("=QQIIII", start, (1 << 64) - 1 - start, 0, 0, count, 0)
        buffer = bytearray(head + bytes(56 * count))
        fcntl.ioctl(fd, FS_IOC_FIEMAP, buffer)
        mapped = struct.unpack_from("=I", buffer, 20)[0]
        for index in range(mapped):
            logical, physical, length, _, _, flags = struct.unpack_from("=QQQQQI", buffer, 32 + 56 * index)
            kind = "inline" if flags & INLINE else "unwritten" if flags & UNWRITTEN else "mapped"
            if kind == "inline":
                physical = 0
            if found and kind != "inline":
                last = found[-1]
                if last[3] == kind and last[0] + last[2] == logical and last[1] + last[2] == physical:
                    last[2] += length
                    start = logical + length
                    continue
            found.append([logical, physical, length, kind])
            start = logical + length
        if mapped < count or flags & LAST:
            return found


def ranges(fd, size):
    found, at = [], 0
    while at < size:
        try:
            data = os.lseek(fd, at, os.SEEK_DATA)
        except OSError as problem:
            if problem.errno == errno.ENXIO:
                break
            raise
        at = os.lseek(fd, data, os.SEEK_HOLE)
        found.append([data, at])
    return found


def digest(fd, size, data):
    sha, read = hashlib.sha256(), 0
    if size <= WHOLE:
        while read < size:
            piece = os.pread(fd, CHUNK, read)
            if not piece:
                break
            sha.update(piece)
            read += len(piece)
        return sha.hexdigest(), read
    last = -1
    for begin, end in data:
        for chunk in range(max(begin // CHUNK, last + 1), (end + CHUNK - 1) // CHUNK):
            last = chunk
            piece = os.pread(fd, CHUNK, chunk * CHUNK)
            read += len(piece)
            if piece.count(0) != len(piece):
                sha.update(struct.pack("<Q", chunk * CHUNK))
                sha.update(piece)
    return sha.hexdigest(), read


def birth(path):
    buffer = ctypes.create_string_buffer(256)
    if libc.statx(-100, path, 0x100, STATX_BTIME, buffer) != 0:
        raise OSError(ctypes.get_errno(), "statx", path)
    mask, = struct.unpack_from("=I", buffer, 0)
    attributes, = struct.unpack_from("=Q", buffer, 8)
    seconds, nanoseconds = struct.unpack_from("=qI", buffer, 80)
    return (seconds * 10**9 + nanoseconds if mask & STATX_BTIME else None), bool(attributes & ATTR_ENCRYPTED)


def describe(path, info, line):
    line["mode"], line["uid"], line["gid"], line["nlink"] = info.st_mode, info.st_uid, info.st_gid, info.st_nlink
    line["blocks"] = info.st_blocks
    line["atime"], line["mtime"], line["ctime"] = info.st_atime_ns, info.st_mtime_ns, info.st_ctime_ns
    line["btime"], line["encrypted"] = birth(path)
    isLink = stat.S_ISLNK(info.st_mode)
    if not (isLink and line["encrypted"]):
        line["size"] = info.st_size
    if stat.S_ISCHR(info.st_mode) or stat.S_ISBLK(info.st_mode):
        line["rdev"] = [os.major(info.st_rdev), os.minor(info.st_rdev)]
    if isLink and not line["encrypted"]:
        line["link"] = b64(os.readlink(path))
    line["xattrs"] = {}
    for name in os.listxattr(path, follow_symlinks=False):
        value = os.getxattr(path, name, follow_symlinks=False)
        line["xattrs"][name] = "%d:%s" % (len(value), hashlib.sha256(value).hexdigest())
    if not stat.S_ISREG(info.st_mode):
        return
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NOATIME)
    except OSError as problem:
        line["refused"] = errno.errorcode[problem.errno]
        return
    try:
        line["extents"] = extents(fd)
        line["ranges"] = ranges(fd, info.st_size)
        line["sha"], line["read"] = digest(fd, info.st_size, line["ranges"])
    finally:
        os.close(fd)


def main(root):
    root, seen, pending = os.fsencode(root), set(), [b""]
    while pending:
        relative = pending.pop()
        path = root + b"/" + relative if relative else root
        info = os.lstat(path)
        line = {"path": b64(relative), "ino": info.st_ino}
        if info.st_ino not in seen:
            seen.add(info.st_ino)
            describe(path, info, line)
            if stat.S_ISDIR(info.st_mode):
                for name in os.listdir(path):
                    pending.append(relative + b"/" + name if relative else name)
        print(json.dumps(line))


main(sys.argv[1])
