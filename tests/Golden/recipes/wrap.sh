# More transactions than a journal of 1,024 blocks holds.
for round in $(seq 1 40); do
    mkdir r$round; for i in $(seq 1 30); do echo $round > r$round/name-$i; done
    if [ "$round" -gt 3 ]; then rm -r r$((round - 3)); fi
    xfs_io -c fsync r$round
done
