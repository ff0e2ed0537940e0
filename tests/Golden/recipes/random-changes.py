"""random-changes.py SEED COUNT: changes of all kinds in a random order, some of them brought into the log by fsync."""
import ctypes
import os
import random
import sys

rest, count = random.Random(int(sys.argv[1])), int(sys.argv[2])
libc = ctypes.CDLL(None)
folders, files = ["."], []


def name():
    return "%s/%s%d" % (rest.choice(folders), "n" * rest.choice((1, 1, 5, 40, 100)), rest.randrange(10**6))


def sync(path):
    fd = os.open(path, os.O_RDONLY)
    os.fsync(fd)
    os.close(fd)


def create():
    path = name()
    write(path)
    files.append(path)


def write(path=None):
    path = path or rest.choice(files)
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    for _ in range(rest.randrange(3)):
        os.pwrite(fd, rest.randbytes(rest.choice((1, 50, 150, 3000, 20000))), rest.choice((0, 100, 5000, 70000, 1000000)))
    os.close(fd)


def shape():
    fd = os.open(rest.choice(files), os.O_RDWR)
    mode = rest.choice((0, 1, 3, 16, 8, 32))
    libc.fallocate(fd, mode, ctypes.c_long(4096 * rest.randrange(20)), ctypes.c_long(4096 * rest.randrange(1, 12)))
    os.close(fd)


def folder():
    path = name()
    os.mkdir(path)
    folders.append(path)


def remove():
    os.unlink(files.pop(rest.randrange(len(files))))


def move():
    index, path = rest.randrange(len(files)), name()
    if rest.random() < 0.2 and len(files) > 1:
        path = files[index - 1]
        os.rename(files[index], path)
        files.pop(index)
        return
    os.rename(files[index], path)
    files[index] = path


def link():
    path = name()
    os.link(rest.choice(files), path)
    files.append(path)


def symlink():
    os.symlink("t" * rest.choice((5, 59, 60, 200)), name())


def attribute():
    os.setxattr(rest.choice(files), "user.%d" % rest.randrange(4), rest.randbytes(rest.choice((1, 30, 200))))


actions = [create] * 6 + [write] * 5 + [shape] * 4 + [folder, remove, remove, move, move, link, symlink, attribute]
actions += [lambda: os.truncate(rest.choice(files), rest.choice((0, 10, 100, 4096, 9000, 200000)))] * 2
actions += [lambda: os.chmod(rest.choice(files), rest.randrange(0o1000)), lambda: os.mkfifo(name())]
actions += [lambda: sync(rest.choice(files))] * 8 + [lambda: sync(rest.choice(folders))]
for step in range(count):
    if step == count // 3:
        os.system("xfs_io -c syncfs .")
    try:
        rest.choice(actions)()
    except (OSError, IndexError, ValueError):
        pass
if files:
    sync(rest.choice(files))
