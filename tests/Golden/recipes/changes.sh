# Changes of every kind, in several transactions, the last ones not yet written home.
echo one > first; mkdir d; for i in $(seq 1 200); do echo $i > d/name-$i; done; xfs_io -c syncfs .
ln first d/linked; mv d/name-7 seven; rm d/name-8; ln -s target link; mkdir d/e
dd if=/dev/urandom of=data bs=1k count=300 status=none; xfs_io -c fsync data
rm -r d/e; echo more >> first; xfs_io -c fsync first; setfattr -n user.a -v b first; setfacl -m u:5:rw first
truncate -s 5000 data; xfs_io -c fsync data; mkfifo pipe; mknod zero c 1 5; chmod 4711 seven; chown 7:70000 seven
for i in $(seq 300 340); do echo $i > d/name-$i; done; xfs_io -c fsync d; fallocate -l 100k room 2>/dev/null || :; xfs_io -c fsync .
