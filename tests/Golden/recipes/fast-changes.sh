# Changes that fast commits describe.
echo base > base; mkdir dir; xfs_io -c syncfs .
head -c 10000 /dev/urandom > new; xfs_io -c fsync new
ln base dir/linked; xfs_io -c fsync base; mv new dir/renamed; xfs_io -c fsync dir/renamed
truncate -s 5000 dir/renamed; xfs_io -c fsync dir/renamed
xfs_io -c 'pwrite -q 40960 4096' -c fsync base; rm dir/linked; xfs_io -c fsync base
fallocate -p -o 0 -l 4096 dir/renamed; xfs_io -c fsync dir/renamed
for i in $(seq 1 60); do echo $i > dir/file-$i; done; xfs_io -c fsync dir/file-60
chmod 4755 base; xfs_io -c fsync base; fallocate -l 64k dir/file-3; xfs_io -c fsync dir/file-3
