#!/bin/bash
# Slurm on this one machine, for a test of sweep.sbatch: an array does a tiny plan, one of its tasks is killed in the
# middle and queued again, and at the end every run is there once.
#
#   sudo scripts/slurm/single-node.sh target/debug/train
#
# It installs Debian's slurm-wlm and munge and REPLACES /etc/slurm/slurm.conf: only for a machine, or a container, that
# has no Slurm of its own.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
train=$(realpath "${1:?give the path of the program train}")
[ "$(id -u)" = 0 ] || { echo "run this as root: it installs packages and starts daemons" >&2; exit 2; }
work=$(mktemp -d)
daemons=()
stop() {
    for pid in "${daemons[@]}"; do kill "$pid" 2>/dev/null || true; done
}
trap stop EXIT

apt-get install -y --no-install-recommends slurm-wlm munge >"$work/apt.log" || { tail "$work/apt.log" >&2; exit 1; }

# munge: who is who
[ -f /etc/munge/munge.key ] || mungekey --create
install -d -o munge -g munge -m 755 /run/munge
install -d -o munge -g munge -m 700 /var/log/munge /var/lib/munge
chown munge:munge /etc/munge/munge.key
setpriv --reuid munge --regid munge --clear-groups munged --foreground --force >"$work/munged.log" 2>&1 &
daemons+=($!)

# slurm: one node, nothing that a container forbids
host=$(hostname -s)
install -d /etc/slurm "$work/state" "$work/spool"
cat >/etc/slurm/slurm.conf <<CONF
ClusterName=one
SlurmctldHost=$host
SlurmUser=root
AuthType=auth/munge
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
SchedulerParameters=bf_interval=1,sched_interval=1
NodeName=$host CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
# v1 is the plugin that asks nothing of systemd, which a container does not have; it is not used for anything.
echo "CgroupPlugin=cgroup/v1" >/etc/slurm/cgroup.conf
slurmctld -D >"$work/slurmctld.log" 2>&1 &
daemons+=($!)
slurmd -D >"$work/slurmd.log" 2>&1 &
daemons+=($!)

# wait FOR SECONDS COMMAND...: until it holds
wait_for() {
    local seconds=$1
    shift
    for _ in $(seq "$((seconds * 5))"); do
        if "$@" >/dev/null 2>&1; then return 0; fi
        sleep 0.2
    done
    echo "waited $seconds s in vain for: $*; logs are in $work" >&2
    tail -n 5 "$work"/*.log >&2
    exit 1
}
idle() { sinfo -h -o %T | grep -q idle; }
wait_for 60 idle

cat >"$work/tiny.toml" <<'PLAN'
title = "Tiny"
about = "A grid on the embedded digits, for a test of Slurm."
settings = { "training.epochs" = 30, "training.checkpoint_seconds" = 0.2 }
[scale.smoke]
choose_on = [1]
seeds = [2, 3, 4, 5]
[[cell]]
name = "rectifier"
grid = { "training.learning_rate" = [0.1, 0.03] }
[[cell]]
name = "tanh"
settings = { "model.activation" = "tanh" }
PLAN
cd "$work"
export PLAN=$work/tiny.toml SCALE=smoke RUNS=$work/runs TRAIN=$train
job=$(sbatch --parsable --array=1-2 --export=ALL "$here/sweep.sbatch")
begun() { ls "$work"/runs/.work/*/checkpoint.bpk; }
wait_for 120 begun
# scancel --signal=KILL would be a polite stop first, after which the sweep saves: what is tried here is a power cut.
victim=$(squeue -h -r -j "${job}_1" -o %A)
pids=$(scontrol listpids "$victim.0" | awk -v job="$victim" '$1 ~ /^[0-9]+$/ && $2 == job { print $1 }')
[ -n "$pids" ] || { echo "task 1 has no processes; logs are in $work" >&2; exit 1; }
xargs kill -KILL <<<"$pids"
killed() { ! squeue -h -r -j "${job}_1" -t running,completing | grep -q .; }
wait_for 60 killed
if grep -q 'stopped after' "$work"/sweep-*_1.log; then echo "task 1 saved before it was killed" >&2; exit 1; fi
scontrol requeue "${job}_1"
# A job that is queued again waits for two minutes by default; within the second of its end, slurmd refuses it.
sleep 3
scontrol update JobId="${job}_1" StartTime=now
over() { ! squeue -h -j "$job" 2>/dev/null | grep -q .; }
wait_for 600 over

expected=10 # two that choose, four of the rate that is chosen, four of the other cell
finished=$(find "$work/runs" -path '*/.*' -prune -o -name outcome.json -print | wc -l)
by_tasks=$(cat "$work"/sweep-*.log | grep '^run ' | grep -vc '(another sweep)' || true)
again=$("$train" sweep "$PLAN" --scale smoke --runs "$RUNS" --renderer json | wc -l)
echo "$finished runs are finished, $by_tasks were done by tasks of the array, $again are left"
[ "$finished $by_tasks $again" = "$expected $expected 0" ] || { echo "expected $expected $expected 0; see $work" >&2; exit 1; }
grep -q 'Killed' "$work"/sweep-*_1.log || { echo "task 1 was not killed; see $work" >&2; exit 1; }
grep -q ' runs done, in ' "$work"/sweep-*_1.log || { echo "task 1 did not come back; see $work" >&2; exit 1; }
echo "every run was done once, though a task was killed with signal 9"
