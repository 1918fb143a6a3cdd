/** The queue against a model of a few plain lists, over random histories. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { backoffMs } from '../../../src/core/backoff.ts';
import { type Lane, WorkQueue } from '../../../src/runtime/queue/work-queue.ts';
import { VirtualClock } from '../../support/virtual-clock.ts';

const fraction = 0.25;
const mostPerNamespace = 2;

class Real {
  readonly clock = new VirtualClock({ settleTurns: 1 });
  readonly queue = new WorkQueue({ clock: this.clock, random: { uuid: () => '', fraction: () => fraction } });
  readonly handedOut: (string | undefined)[] = [];

  constructor() {
    this.queue.limitPerNamespace(mostPerNamespace);
  }
}

interface Line {
  readonly namespace: string;
  readonly keys: { readonly key: string; readonly isNews: boolean }[];
  /** Since it was last empty. */
  takes: number;
}

class Model {
  nowMs = 0;
  readonly lanes: Record<Lane, Line[]> = { live: [], backlog: [] };
  readonly working = new Map<string, Lane | undefined>();
  readonly failures = new Map<string, number>();
  readonly handedOut: (string | undefined)[] = [];
  delayed: { key: string; dueMs: number; lane: Lane }[] = [];
  idleWorkers = 0;
  contestedTakes = 0;

  get size(): number {
    return [...this.lanes.live, ...this.lanes.backlog].reduce((sum, { keys }) => sum + keys.length, 0);
  }

  add(key: string, lane: Lane, isNews = true): void {
    this.delayed = this.delayed.filter((entry) => entry.key !== key);
    if (this.working.has(key)) {
      if (this.working.get(key) !== 'live') this.working.set(key, lane);
    } else this.enqueue(key, lane, isNews);
  }

  enqueue(key: string, lane: Lane, isNews: boolean): void {
    const isLive = this.isIn('live', key);
    if (isLive || (lane === 'backlog' && this.isIn('backlog', key))) return;
    this.lanes.backlog = without(this.lanes.backlog, key);
    const namespace = key.split('/')[0] ?? '';
    const line = this.lanes[lane].find((candidate) => candidate.namespace === namespace);
    if (line) line.keys.push({ key, isNews });
    else this.lanes[lane].push({ namespace, keys: [{ key, isNews }], takes: 0 });
    this.handOut();
  }

  addAfter(key: string, ms: number, lane: Lane): void {
    if (this.isIn('live', key) || this.isIn('backlog', key) || this.working.get(key)) return;
    const dueMs = this.nowMs + ms;
    const present = this.delayed.find((entry) => entry.key === key);
    if (present && present.dueMs <= dueMs) return;
    this.delayed = [...this.delayed.filter((entry) => entry !== present), { key, dueMs, lane }];
  }

  handOut(): void {
    while (this.idleWorkers > 0 && (this.hasTurn('live') || this.hasTurn('backlog'))) {
      const key = this.take();
      this.idleWorkers--;
      this.working.set(key, undefined);
      this.handedOut.push(key);
    }
  }

  take(): string {
    const { live, backlog } = this.lanes;
    const isContested = this.hasTurn('live') && this.hasTurn('backlog');
    if (isContested) this.contestedTakes++;
    const isBacklogsTurn = !this.hasTurn('live') || (isContested && this.contestedTakes % 8 === 0);
    const lane = isBacklogsTurn ? backlog : live;
    while (lane[0] && this.isFull(lane[0])) lane.push(...lane.splice(0, 1));
    const line = lane.shift();
    const newest = line && ++line.takes % 8 === 0 ? line.keys.findLastIndex(({ isNews }) => isNews) : 0;
    const [{ key } = {}] = line?.keys.splice(Math.max(0, newest), 1) ?? [];
    if (line?.keys.length) lane.push(line);
    if (key === undefined) throw new Error('nothing to take');
    return key;
  }

  /** Whether the lane has a key of a namespace that may have another worker. */
  hasTurn(lane: Lane): boolean {
    return this.lanes[lane].some((line) => !this.isFull(line));
  }

  isFull({ namespace }: Line): boolean {
    const held = [...this.working.keys()].filter((key) => key.startsWith(`${namespace}/`));
    return held.length >= mostPerNamespace;
  }

  isIn(lane: Lane, key: string): boolean {
    return this.lanes[lane].some(({ keys }) => keys.some((entry) => entry.key === key));
  }
}

function without(lines: readonly Line[], key: string): Line[] {
  return lines
    .map((line) => ({ ...line, keys: line.keys.filter((entry) => entry.key !== key) }))
    .filter(({ keys }) => keys.length > 0);
}

/** A step taken by both; afterwards both have handed out the same keys in the same order. */
function step(
  text: string,
  run: (model: Model, real: Real) => unknown,
  check: (model: Model) => boolean = () => true,
): fc.AsyncCommand<Model, Real> {
  return {
    check,
    async run(model, real) {
      await run(model, real);
      await real.clock.settle();
      expect(real.handedOut).toEqual(model.handedOut);
      expect(real.queue.size).toBe(model.size);
    },
    toString: () => text,
  };
}

function add(key: string, lane: Lane) {
  return step(`add(${key}, ${lane})`, (model, real) => {
    model.add(key, lane);
    real.queue.add(key, lane);
  });
}

function addAfter(key: string, ms: number, lane: Lane) {
  return step(`addAfter(${key}, ${ms}, ${lane})`, (model, real) => {
    model.addAfter(key, ms, lane);
    real.queue.addAfter(key, ms, lane);
  });
}

function retry(key: string) {
  return step(`retry(${key})`, (model, real) => {
    const failures = (model.failures.get(key) ?? 0) + 1;
    model.failures.set(key, failures);
    model.addAfter(key, backoffMs(failures, fraction), 'backlog');
    expect(real.queue.retry(key)).toBe(backoffMs(failures, fraction));
  });
}

function forget(key: string) {
  return step(`forget(${key})`, (model, real) => {
    model.failures.delete(key);
    real.queue.forget(key);
  });
}

function get() {
  return step('get()', (model, real) => {
    model.idleWorkers++;
    model.handOut();
    void real.queue.get().then((key) => real.handedOut.push(key));
  });
}

/** Gives back the key that has been worked on the longest. */
function done() {
  return step(
    'done()',
    (model, real) => {
      const [key, lane] = [...model.working][0] ?? ['', undefined];
      model.working.delete(key);
      if (lane) model.enqueue(key, lane, false);
      model.handOut();
      real.queue.done(key);
    },
    (model) => model.working.size > 0,
  );
}

function advance(ms: number) {
  return step(`advance(${ms})`, async (model, real) => {
    const endMs = model.nowMs + ms;
    const due = model.delayed.filter(({ dueMs }) => dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs);
    for (const { key, dueMs, lane } of due) {
      model.nowMs = dueMs;
      model.add(key, lane, false);
    }
    model.nowMs = endMs;
    await real.clock.advance(ms);
  });
}

it('hands out the same keys in the same order as the model, whatever happens', async () => {
  const key = fc.constantFrom('a/1', 'a/2', 'a/3', 'b/1', 'b/2', 'c/1');
  const lane = fc.constantFrom<Lane>('live', 'backlog');
  const delayMs = fc.constantFrom(0, 1, 500, 1000, 1500, 60_000);
  const commands = fc.commands(
    [
      fc.tuple(key, lane).map(([k, l]) => add(k, l)),
      fc.tuple(key, delayMs, lane).map(([k, ms, l]) => addAfter(k, ms, l)),
      key.map(retry),
      key.map(forget),
      fc.constant(get()),
      fc.constant(done()),
      fc.constantFrom(0, 1, 500, 1000, 8000, 300_000).map(advance),
    ],
    { maxCommands: 100, size: 'max' },
  );
  await fc.assert(
    fc.asyncProperty(commands, (history) =>
      fc.asyncModelRun(() => ({ model: new Model(), real: new Real() }), history),
    ),
    { numRuns: 300 },
  );
});
