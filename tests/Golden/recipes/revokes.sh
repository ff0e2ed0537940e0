# Blocks of directories and extent trees are freed and used again for data, in the same log.
mkdir a; for i in $(seq 1 900); do : > a/a-somewhat-long-name-$i; done; fragments tree 500 1024; xfs_io -c syncfs .
for i in $(seq 1 900); do : > a/a-second-rather-long-name-$i; done; fragments tree2 400 1024; xfs_io -c fsync a
rm -r a; rm tree tree2; xfs_io -c fsync .
head -c 3000000 /dev/urandom > data; xfs_io -c fsync data; xfs_io -c fsync .
