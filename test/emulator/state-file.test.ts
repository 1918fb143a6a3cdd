import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEmulator } from '../../src/emulator/emulator.ts';
import { appId, rawCall, rawCreate } from './raw-call.ts';

let folder: string;
let stateFile: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'emulator-'));
  stateFile = join(folder, 'state.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

const start = () => startEmulator({ apps: [appId], stateFile });

describe('the state file', () => {
  it('brings apps and versions back after a restart', async () => {
    const first = await start();
    await rawCreate(first, { Name: 'kept-1.0', Remarks: 'r' });
    const gone = await rawCreate(first, { Name: 'gone-1.0' });
    const query = { AppId: appId, VersionId: String(gone.body.VersionId) };
    await rawCall(first, { action: 'DeleteEdgeContainerAppVersion', method: 'POST', query });
    first.changeVersion(first.versions()[0]?.versionId ?? '', { isPublished: true, status: 'failed' });
    const [apps, versions] = [first.apps(), first.versions()];
    await first.stop();

    await using second = await start();
    expect(second.apps()).toEqual(apps);
    expect(second.versions()).toEqual(versions);
    expect(versions).toMatchObject([{ name: 'kept-1.0', isPublished: true, status: 'failed' }]);
    second.setSwitches({ deletedNameReserved: true });
    expect((await rawCreate(second, { Name: 'gone-1.0' })).body.Code).toBe('NameAlreadyExists');
  });

  it('holds a version before the client has the answer', async () => {
    await using emulator = await start();
    const { body } = await rawCreate(emulator, {});
    expect(readFileSync(stateFile, 'utf8')).toContain(body.VersionId);
  });

  it('drops a last line that a crash tore, and keeps the rest', async () => {
    const first = await start();
    await rawCreate(first, { Name: 'kept-1.0' });
    await first.stop();
    appendFileSync(stateFile, '{"kind":"version","version":{"appI');
    await using second = await start();
    expect(second.versions().map(({ name }) => name)).toEqual(['kept-1.0']);
  });

  it.each([
    ['its first line must be {"format":"edgeapp-emulator"', '{"some":"json"}\n'],
    ['state.jsonl:1 is not JSON; the state file is damaged', 'shopping list\n'],
  ])('is left alone if it is something else: %s', async (message, content) => {
    writeFileSync(stateFile, content);
    await expect(start()).rejects.toThrow(message);
    expect(readFileSync(stateFile, 'utf8')).toBe(content);
  });
});
