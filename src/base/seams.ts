/** Monotonic time in ms, never wall time; running backwards is a crash. */
export interface Clock {
  nowMs(): number;
  /** Wall time in ms since 1970: for people and for cluster time's slow steering alone. */
  wallMs(): number;
}

/** A running timer; `cancel` may be called more than once. */
export interface Timer {
  cancel(): void;
}

export interface Timers {
  after(delayMs: number, action: () => void): Timer;
  every(periodMs: number, action: () => void): Timer;
  /** Runs `action` after the datagrams and disk completions that are already waiting: the end of this turn. */
  soon(action: () => void): void;
}

export interface Random {
  /** An integer in [0, limit). */
  below(limit: number): number;
  /** `count` fresh random bytes. */
  bytes(count: number): Uint8Array;
}

export interface Crypto {
  /** CRC-32 (IEEE) of the bytes, continued from `seed` (default 0); 0..2^32-1. */
  crc32(bytes: Uint8Array, seed?: number): number;
  /** 32 bytes. */
  sha256(bytes: Uint8Array): Uint8Array;
}

/** Where a datagram comes from or goes to: an IP address in text and a port, 1..65,535. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

export type DatagramHandler = (datagram: Uint8Array, from: Address) => void;

export interface Network {
  /** The kernel has copied the bytes when this returns: the caller may reuse the buffer. Loss is silent. */
  send(to: Address, datagram: Uint8Array): void;
  /** Each datagram's memory belongs to the handler. */
  onDatagram(handler: DatagramHandler): void;
  /** The receive buffer that the system granted, in bytes of kernel memory. */
  readonly receiveBufferBytes: number;
  readonly local: Address;
  close(): void;
}

/** Of the file system that a data directory lies on. */
export interface DiskSpace {
  /** What this process may still write. */
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** Of the files themselves: they never shrink, and reuse what is free in them. */
  readonly logFileBytes: number;
  readonly stateFileBytes: number;
}

/** Ends the process: nothing more is said to anyone. `reason` is one line for the log. Never returns. */
export type Fatal = (reason: string, cause?: unknown) => never;
