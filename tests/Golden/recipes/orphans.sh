# Files that are unlinked while open.
echo kept > kept; for i in 1 2 3; do head -c 50000 /dev/urandom > open$i; done; xfs_io -c syncfs .
exec 7< open1 8< open2 9>> open3; rm open1 open2 open3; echo later > later; xfs_io -c fsync later; xfs_io -c fsync .
xfs_io -x -c 'shutdown -f' .; exec 7<&- 8<&- 9>&-
