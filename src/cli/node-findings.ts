import { countOf, quantileMs } from "../base/time-buckets.ts";
import type { NodeMeasures } from "../wire/client-messages.ts";
import type { Answered, Finding } from "./findings.ts";
import { formatBytes } from "./status-table.ts";

/** A leader hands over at 75 ms; from a third of that on a disk is no quick one. */
const SLOW_COMMIT_MS = 75;
const DULL_COMMIT_MS = 25;
/** Of fewer commits than these a quantile tells little. */
const COMMITS_MIN = 20;
/** Half of the shortest election time-out: a node that stands still so long is nearly taken for gone. */
const LOOP_DELAY_MS_MAX = 150;
/** Room that is left, in reserves. */
const RESERVES_MIN = 2;
/** How fast a disk fills is not told from less. */
const FILLING_MS_MIN = 10 * 60_000;
/** What went on for so long may go on for so many times as long; nobody knows what comes after. */
const FILLING_TIMES_MAX = 24;
/** A weekend, and time to do something about it. */
const FULL_SOON_MS = 72 * 3_600_000;
/** A snapshot is made each period; after so many something keeps it from being made. */
const SNAPSHOT_PERIODS_MAX = 20;
/** What is kept of the log beyond this many tails is kept for somebody. */
const LOG_TAILS_MAX = 3;

/** What the figures of one node show; nothing of a node that does not tell them. */
export function nodeFindings(member: Answered): readonly Finding[] {
  const { measures } = member.status;
  if (measures === undefined) return [];
  return [
    ...slowDisk(member, measures),
    ...stalls(member, measures),
    ...smallBuffers(member, measures),
    ...littleRoom(member, measures),
    ...filling(member, measures),
    ...oldSnapshot(member, measures),
    ...longLog(member, measures),
  ];
}

function slowDisk({ name }: Answered, { timings }: NodeMeasures): readonly Finding[] {
  const counts = timings.get("log_commit_lately") ?? [];
  const commits = countOf(counts);
  const p99 = quantileMs(counts, 0.99) ?? 0;
  if (commits < COMMITS_MIN || p99 <= DULL_COMMIT_MS) return [];
  const p50 = quantileMs(counts, 0.5) ?? 0;
  return [
    {
      severity: p99 > SLOW_COMMIT_MS ? "warning" : "advice",
      subject: name,
      evidence: `of the ${commits} commits of the last minutes half took ${shown(p50)} ms or less, 99 % ${shown(p99)} ms`,
      consequence: `a leader hands over at ${SLOW_COMMIT_MS} ms; a majority of slow disks slows every write`,
      remedy:
        "on its host: iostat -x 1, who else uses the disk? kvadm doctor --data-dir DIR measures it there",
    },
  ];
}

function stalls({ name }: Answered, { figures }: NodeMeasures): readonly Finding[] {
  const delayMs = figures.get("loop_delay_ms") ?? 0;
  if (delayMs <= LOOP_DELAY_MS_MAX) return [];
  const load = figures.get("host_load") ?? 0;
  const processors = figures.get("host_processors") ?? 0;
  return [
    {
      severity: "advice",
      subject: name,
      evidence: `it stood still for ${delayMs.toFixed(0)} ms lately (load ${load.toFixed(1)}, ${processors} processors)`,
      consequence: "from 300 ms on the others may elect another leader",
      remedy:
        "on its host: vmstat 1; more processors, less beside kvd, no swapping, a VM that is not suspended",
    },
  ];
}

function smallBuffers({ name }: Answered, { figures }: NodeMeasures): readonly Finding[] {
  const of = (way: string, setting: string): readonly Finding[] => {
    const granted = figures.get(`${way}_buffer_bytes`) ?? 0;
    const wanted = figures.get(`${way}_buffer_wanted_bytes`) ?? 0;
    if (granted >= wanted) return [];
    return [
      {
        severity: "advice",
        subject: name,
        evidence: `its socket may ${way} ${formatBytes(granted)} ahead, and asked for ${formatBytes(wanted)}`,
        consequence: "bursts are lost sooner and sent again; snapshots travel more slowly",
        remedy: `on its host: sysctl -w net.core.${setting}=${wanted}, and the same in /etc/sysctl.d; then restart kvd`,
      },
    ];
  };
  return [...of("receive", "rmem_max"), ...of("send", "wmem_max")];
}

function littleRoom({ name }: Answered, { figures }: NodeMeasures): readonly Finding[] {
  const free = figures.get("disk_free_bytes");
  const reserve = figures.get("disk_reserve_bytes") ?? 0;
  // Below the reserve the node raises an alarm by itself.
  if (free === undefined || free < reserve || free >= RESERVES_MIN * reserve) return [];
  return [
    {
      severity: "warning",
      subject: name,
      evidence: `${formatBytes(free)} are free on its disk; at ${formatBytes(reserve)} it refuses writes while it leads`,
      consequence: "soon only reads and deletes are served",
      remedy: "make room on its disk, or a larger one; kvadm compact --history 10m frees what was deleted",
    },
  ];
}

function filling({ name }: Answered, { figures }: NodeMeasures): readonly Finding[] {
  const free = figures.get("disk_free_bytes") ?? 0;
  const reserve = figures.get("disk_reserve_bytes") ?? 0;
  if (free < reserve) return [];
  const [soonest] = ["hour", "day"]
    .flatMap((span) => {
      const before = figures.get(`disk_free_${span}_bytes`) ?? 0;
      const ageMs = figures.get(`disk_free_${span}_age_ms`) ?? 0;
      const leftMs = ((free - reserve) / (before - free)) * ageMs;
      const isKnown = before > free && ageMs >= FILLING_MS_MIN && leftMs <= FILLING_TIMES_MAX * ageMs;
      return isKnown ? [{ before, ageMs, leftMs }] : [];
    })
    .toSorted((left, right) => left.leftMs - right.leftMs);
  if (soonest === undefined) return [];
  const { before, ageMs, leftMs } = soonest;
  return [
    {
      severity: leftMs < FULL_SOON_MS ? "warning" : "advice",
      subject: name,
      evidence: `within ${roughly(ageMs)} what is free on its disk fell from ${formatBytes(before)} to ${formatBytes(free)}`,
      consequence: `at this rate it is at its reserve of ${formatBytes(reserve)} in ${roughly(leftMs)}, and refuses writes while it leads`,
      remedy:
        "kvadm top: do log and state grow? kvadm compact --history 10m frees what was deleted; du -x on its host; a larger disk",
    },
  ];
}

function oldSnapshot({ name, status }: Answered, { figures, settings }: NodeMeasures): readonly Finding[] {
  const period = Number(settings.get("snapshot.slots"));
  const slot = figures.get("snapshot_slot") ?? 0;
  const age = status.stateDurable - slot;
  if (!(age > SNAPSHOT_PERIODS_MAX * period)) return [];
  return [
    {
      severity: "advice",
      subject: name,
      evidence: `its last snapshot is ${age} slots old, ${Math.floor(age / period)} periods of ${period}`,
      consequence: "a damaged state takes longer to make again; a member that is behind waits for a new one",
      remedy: "journalctl -u kvd on its host; kvadm snapshot save FILE has one made now",
    },
  ];
}

function longLog({ name, status }: Answered, { settings }: NodeMeasures): readonly Finding[] {
  const tail = Number(settings.get("tail.slots"));
  const kept = status.chosen - status.firstKept;
  if (!(kept > LOG_TAILS_MAX * tail)) return [];
  return [
    {
      severity: "advice",
      subject: name,
      evidence: `its log keeps ${kept} slots (${formatBytes(status.logBytes)}) that are chosen; its tail is ${tail}`,
      consequence: "it is kept until every member has it on disk; a member that is away or slow holds it",
      remedy:
        "kvadm status: who is behind? start it, or kvadm compact drops the log: it then gets a snapshot",
    },
  ];
}

const shown = (ms: number): string => (ms >= 10 ? ms.toFixed(0) : ms.toFixed(1));

function roughly(ms: number): string {
  const hours = ms / 3_600_000;
  if (hours < 2) return `${Math.round(hours * 60)} minutes`;
  return hours < 48 ? `${Math.round(hours)} hours` : `${Math.round(hours / 24)} days`;
}
