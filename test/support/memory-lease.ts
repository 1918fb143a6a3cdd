/** The port LeaseClient in memory, as the API server behaves: versions that only grow, conflicts, writes without change. */
import { isDeepStrictEqual } from 'node:util';
import type { Lease, LeaseClient, LeaseRecord, LeaseWriteResult } from '../../src/runtime/election/lease.ts';

/**
 * How a call gets to the server and its answer back. `apply` does at the server what was asked; a journey may run it
 * late, or at no time, and may lose its answer.
 */
export type Journey = <T>(apply: () => T, signal: AbortSignal) => Promise<T>;

const direct: Journey = async (apply) => apply();

export class MemoryLease {
  stored: Lease | undefined;
  /** What has been written, oldest first. */
  readonly writes: Lease[] = [];
  #version = 1000;

  /** A process's way to this lease. */
  client(journey: Journey = direct): LeaseClient {
    return {
      read: (signal) => journey(() => this.stored, signal),
      create: (record, signal) => journey(() => this.#create(record), signal),
      replace: (lease, signal) => journey(() => this.#replace(lease), signal),
    };
  }

  /** As any other writer, without a condition. */
  write(record: LeaseRecord): Lease {
    this.#version += 1;
    this.stored = Object.freeze({ ...record, resourceVersion: String(this.#version) });
    this.writes.push(this.stored);
    return this.stored;
  }

  delete(): void {
    this.stored = undefined;
  }

  #create(record: LeaseRecord): LeaseWriteResult {
    if (this.stored) return { kind: 'conflict' };
    return { kind: 'written', object: this.write(record) };
  }

  #replace(lease: Lease): LeaseWriteResult {
    if (!this.stored) return { kind: 'gone' };
    if (this.stored.resourceVersion !== lease.resourceVersion) return { kind: 'conflict' };
    const isSame = isDeepStrictEqual(lease, this.stored);
    return { kind: 'written', object: isSame ? this.stored : this.write(lease) };
  }
}
