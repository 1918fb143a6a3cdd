import { beforeEach, describe, expect, it } from 'vitest';
import { intercepted, type Send } from '../../src/cloud/call.ts';
import { getApp } from '../../src/cloud/operations/get-app.ts';
import { listVersions } from '../../src/cloud/operations/list-versions.ts';
import { ThrottlePace } from '../../src/cloud/throttle-pace.ts';
import { esaError, MemoryEsa, testApp } from '../support/memory-esa.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const list = 'ListEdgeContainerAppVersions';
const page = { appId: testApp, pageNumber: 1, pageSize: 100 };

let clock: VirtualClock;
let esa: MemoryEsa;
let pace: ThrottlePace;
let send: Send;

beforeEach(() => {
  clock = new VirtualClock();
  esa = new MemoryEsa({ clock });
  pace = new ThrottlePace(clock);
  send = intercepted(esa.send, [pace.count]);
});

async function takeLists(count: number): Promise<void> {
  for (let n = 0; n < count; n++) await send(listVersions(page));
}

const turns = (count: number) => Array.from({ length: count }, () => Math.round(pace.turnInMs(list) ?? -1));

describe('throttled calls', () => {
  it('get turns a little faster than the cloud took such calls in the last second, from one second on', async () => {
    await takeLists(20);
    expect(turns(4)).toEqual([1000, 1045, 1091, 1136]);
  });

  it('wait as long as the cloud asks, and those after them stay behind', async () => {
    await takeLists(20);
    expect(pace.turnInMs(list, 5000)).toBe(5000);
    expect(turns(2)).toEqual([5045, 5091]);
  });

  it('keep their turns while time passes, and leave none unused that has passed', async () => {
    await takeLists(10);
    expect(turns(2)).toEqual([1000, 1091]);
    await clock.advance(100);
    expect(turns(1)).toEqual([1082]);
    await clock.advance(5000);
    await takeLists(10);
    expect(turns(1)).toEqual([1000]);
  });

  it('find out that the limit was raised, as what was taken last counts', async () => {
    await takeLists(10);
    await clock.advance(1000);
    await takeLists(40);
    expect(turns(2)).toEqual([1000, 1023]);
  });

  it.each([
    { title: 'nothing was taken yet', prepare: async () => {} },
    {
      title: 'nothing was taken for two seconds',
      prepare: async () => {
        await takeLists(20);
        await clock.advance(2000);
      },
    },
    {
      title: 'only calls of another action were taken',
      prepare: async () => {
        await send(getApp(testApp));
      },
    },
    {
      title: 'every call was refused',
      prepare: async () => {
        esa.failNext('list', { kind: 'before', error: esaError('Throttling.User', { httpStatus: 429 }) });
        await takeLists(1).catch(() => {});
      },
    },
  ])('get no turn where $title', async ({ prepare }) => {
    await prepare();
    expect(pace.turnInMs(list)).toBeUndefined();
  });

  it('get no turn that is more than five minutes away', async () => {
    await takeLists(1);
    const given = turns(400);
    expect(given.filter((ms) => ms >= 0)).toHaveLength(329);
    expect(Math.max(...given)).toBeLessThanOrEqual(300_000);
  });
});
