# Words that the recipes of images.json share. IMG is the image, WORK its folder, GOLDEN the folder of the manifest.

# A tree with every kind of file; "plain" leaves out extended attributes. More arguments: see the script.
everything() { python3 "$GOLDEN/recipes/everything.py" "$@"; }

# names FOLDER COUNT PREFIX: empty names, as hard links to a few files.
names() { python3 "$GOLDEN/recipes/names.py" "$@"; }

# fragments FILE COUNT BYTES: COUNT pieces of BYTES bytes, as large holes between them.
fragments() { python3 "$GOLDEN/recipes/fragments.py" "$@"; }

# setattr FILE NAME CHARACTER BYTES: an attribute whose value is so many times the character.
setattr() { python3 -c 'import os,sys; f,n,c,b=sys.argv[1:]; os.setxattr(f,n,c.encode()*int(b))' "$@"; }

dbg() { debugfs -R "$*" "$IMG" 2>/dev/null; }
features() { dumpe2fs -h "$IMG" 2>/dev/null | sed -n 's/^Filesystem features: *//p'; }
header() { dumpe2fs -h "$IMG" 2>/dev/null; }
journal() { dbg logdump -S; }

# Deepest level of an extent tree, levels of a hashed directory (1: the root alone).
depth() { dbg "ex $1" | awk 'NR>1 {split($1 $2, p, "/"); n=p[2]+0; if (n>m) m=n} END {print m+0}'; }
levels() { dbg "htree_dump $1" | awk '/Indirect levels/ && !seen {print $NF + 1; seen=1}'; }
extents() { dbg "ex $1" | awk 'NR>1 {split($1 $2, p, "/"); n=p[1]+0; l=p[2]+0; if (n==l) c++} END {print c+0}'; }
