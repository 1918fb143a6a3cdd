/** Keeps the faults that are set, and finds the one that hits a call. */
import type { DecodedCall } from './decoded-call.ts';
import type { Fault } from './fault.ts';
import { readFault } from './fault-checks.ts';

/** A fault with what became of it. */
export interface FaultState {
  readonly id: string;
  readonly fault: Fault;
  /** How many calls it has hit. */
  readonly used: number;
  /** How many it will still hit. */
  readonly remaining: number | 'always';
}

/** A fault at work on a call. */
export interface FaultHit {
  readonly id: string;
  readonly fault: Fault;
  /** How many calls it has hit, this one included, until another one is hit. */
  readonly used: number;
  /** Settles when the fault is released or removed. */
  readonly released: Promise<void>;
}

class SetFault {
  readonly id: string;
  readonly fault: Fault;
  readonly released: Promise<void>;
  readonly release: () => void;
  used = 0;
  #passed = 0;

  constructor(id: string, fault: Fault) {
    this.id = id;
    this.fault = fault;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.released = promise;
    this.release = resolve;
  }

  get remaining(): number {
    const { count = 1 } = this.fault;
    return count === 'always' ? Number.POSITIVE_INFINITY : count - this.used;
  }

  /** Whether it hits this call; counts it. */
  takes(call: DecodedCall): boolean {
    if (this.remaining <= 0 || !concerns(this.fault, call)) return false;
    if (this.#passed < (this.fault.skip ?? 0)) {
      this.#passed += 1;
      return false;
    }
    this.used += 1;
    return true;
  }
}

export class FaultBook {
  readonly #faults = new Map<string, SetFault>();
  #lastId = 0;

  /** @throws RangeError if the fault is not well formed */
  add(fault: Fault): FaultState {
    this.#lastId += 1;
    const set = new SetFault(`fault-${this.#lastId}`, readFault(fault));
    this.#faults.set(set.id, set);
    return stateOf(set);
  }

  /** The first fault, in the order they were set, that hits this call. */
  take(call: DecodedCall): FaultHit | undefined {
    for (const set of this.#faults.values()) {
      if (set.takes(call)) return set;
    }
    return undefined;
  }

  all(): readonly FaultState[] {
    return [...this.#faults.values()].map(stateOf);
  }

  /** Lets the calls go on that it holds, and those it will hit. False if there is no such fault. */
  release(id: string): boolean {
    const set = this.#faults.get(id);
    set?.release();
    return set !== undefined;
  }

  /** Releases it too. False if there is no such fault. */
  remove(id: string): boolean {
    this.release(id);
    return this.#faults.delete(id);
  }

  clear(): void {
    for (const id of [...this.#faults.keys()]) this.remove(id);
  }
}

function concerns(fault: Fault, call: DecodedCall): boolean {
  if (fault.action !== '*' && fault.action !== call.action) return false;
  if (fault.accessKeyId !== undefined && fault.accessKeyId !== call.accessKeyId) return false;
  return Object.entries(fault.where ?? {}).every(([name, value]) => call.parameters[name] === value);
}

function stateOf(set: SetFault): FaultState {
  const remaining = Number.isFinite(set.remaining) ? set.remaining : 'always';
  return { id: set.id, fault: set.fault, used: set.used, remaining };
}
