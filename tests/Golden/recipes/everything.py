"""Makes a tree with every kind of file in the working directory. Words: plain (no attributes), few (fewer names)."""
import os
import random
import socket
import sys

words = sys.argv[1:]
rest = random.Random(20261120)


def write(name, length, at=0):
    fd = os.open(name, os.O_RDWR | os.O_CREAT, 0o644)
    os.pwrite(fd, rest.randbytes(length), at)
    os.close(fd)


for name, length in (("empty", 0), ("tiny", 11), ("inline60", 60), ("inline61", 61), ("inline120", 120), ("inline160", 160),
                     ("block", 1000), ("block4k", 4096), ("medium", 70001), ("large", 3500000)):
    write(name, length)
for at in (0, 100000, 5000000, (40 << 20) - 3000):
    write("sparse", 3000, at)
os.truncate("sparse", (48 << 20) + 17)
os.makedirs("nested/deeper/deepest")
write("nested/deeper/deepest/leaf", 5000)
path = "deep"
for level in range(30):
    os.mkdir(path)
    path += "/level%d" % level
os.mkdir("emptydir")
os.mkdir("sticky")
os.chmod("sticky", 0o1777)
os.mkdir("small")
for name in ("a", "bb", "ccc", "a name of thirty characters ..."):
    os.close(os.open("small/" + name, os.O_CREAT | os.O_WRONLY, 0o600))
os.mkdir("many")
for index in range(100 if "few" in words else 700):
    with open("many/a file with a rather long name %05d" % index, "w", encoding="ascii") as file:
        file.write(str(index))
for index in range(0, 100 if "few" in words else 700, 7):
    os.remove("many/a file with a rather long name %05d" % index)
os.symlink("tiny", "shortlink")
for length in (59, 60, 61, 150, 700):
    os.symlink("x" * length, "link%d" % length)
os.mkfifo("fifo", 0o640)
os.mknod("null", 0o020666, os.makedev(1, 3))
os.mknod("wide", 0o060600, os.makedev(300, 70000))
if "nosocket" not in words:
    socket.socket(socket.AF_UNIX).bind("socket")
for index in range(5):
    os.link("tiny", "nested/hard%d" % index)
for name in ("ümläut – 漢字".encode(), b"bytes \xff\xfe\x80", b"n" * 255, b"tab\there", b"quote\"and\\back"):
    with open(name, "wb") as file:
        file.write(name)
os.chmod("block", 0o4751)
os.chmod("block4k", 0o2070)
os.chown("medium", 70000, 4000000000)
os.chown("nested", 1000, 100)
os.utime("tiny", ns=(1500000000123456789, 1600000000987654321))
if "plain" not in words:
    os.setxattr("tiny", "user.small", b"value")
    os.setxattr("tiny", "user.empty", b"")
    os.setxattr("medium", "user.large", b"v" * 700)
    os.setxattr("block4k", "trusted.secret", bytes(range(256)))
    os.setxattr("nested", "security.label", b"some:label:s0\0")
    os.setxattr("link700", "trusted.onlink", b"l", follow_symlinks=False)
    os.setxattr("fifo", "trusted.onfifo", b"f")
    for name, arguments in (("large", "u:1234:rwx,g:99:r"), ("nested", "u:7:rx,m:rwx"), ("nested", "d:u:8:rw,d:g:9:x")):
        if os.spawnlp(os.P_WAIT, "setfacl", "setfacl", "-m", arguments, name):
            sys.exit("setfacl fails")
