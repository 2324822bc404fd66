const STEP_MS = 5 * 60_000;
/** A day's. */
const NOTES_MAX = (24 * 3_600_000) / STEP_MS + 1;

/** What was free some time ago. */
export interface PastSpace {
  readonly freeBytes: number;
  readonly ageMs: number;
}

interface Note {
  readonly freeBytes: number;
  readonly atMs: number;
}

/** What was free on a disk, every five minutes of the last day: how fast it fills is only seen from far enough. */
export class FreeSpaceTrail {
  /** Ascending by time. */
  readonly #notes: Note[] = [];

  /** To be told as often as it is known. */
  note(freeBytes: number, nowMs: number): void {
    const last = this.#notes.at(-1);
    if (last !== undefined && nowMs - last.atMs < STEP_MS) return;
    this.#notes.push({ freeBytes, atMs: nowMs });
    if (this.#notes.length > NOTES_MAX) this.#notes.shift();
  }

  /** The oldest note that is not older than `ageMsMax`; undefined when there is none. */
  within(ageMsMax: number, nowMs: number): PastSpace | undefined {
    const note = this.#notes.find(({ atMs }) => nowMs - atMs <= ageMsMax);
    return note && { freeBytes: note.freeBytes, ageMs: nowMs - note.atMs };
  }
}
