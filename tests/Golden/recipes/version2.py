"""version2.py IMAGE FILE...: puts new contents of the first block of each file into the journal, with checksums of version 2.

One transaction a file; the kernel that runs writes no version 2, the tools do.
"""
import os
import re
import subprocess
import sys

image, names = sys.argv[1], sys.argv[2:]
folder = os.path.dirname(image)
commands = ["jo -c -v 2"]
for index, name in enumerate(names):
    listed = subprocess.run(["debugfs", "-R", "blocks /" + name, image], stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, check=True, timeout=60).stdout.decode()
    block = re.findall(r"\d+", listed)[0]
    source = os.path.join(folder, "block." + name)
    with open(source, "wb") as file:
        # The second one begins with the journal's own magic number.
        file.write((bytes.fromhex("C03B3998") if index == 1 else b"new!") + name.encode() * 300)
        file.truncate(4096)
    commands.append("jw -b %s %s" % (block, source))
commands.append("jc")
with open(os.path.join(folder, "v2.commands"), "w", encoding="ascii") as file:
    file.write("\n".join(commands) + "\n")
subprocess.run(["debugfs", "-w", "-f", os.path.join(folder, "v2.commands"), image], check=True, timeout=60)
