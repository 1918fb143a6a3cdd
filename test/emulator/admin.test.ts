import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/emulator/emulator.ts';
import { appId, rawCall, rawCreate } from './raw-call.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ apps: [appId] });
});
afterAll(() => emulator.stop());

async function admin(method: string, path: string, body?: unknown) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${emulator.adminUrl}${path}`, {
    method,
    ...(body !== undefined && { body: text }),
  });
  const answer = await response.text();
  return { status: response.status, body: answer === '' ? undefined : JSON.parse(answer) };
}

async function createVersion(name: string): Promise<string> {
  const { body } = await rawCreate(emulator, { Name: name });
  return String(body.VersionId);
}

describe('the admin port', () => {
  it('shows, filters, counts and clears the calls', async () => {
    await createVersion('logged-1.0');
    await rawCall(emulator, { query: {} });
    const all = await admin('GET', '/calls');
    expect(all.body.map(({ action }: { action: string }) => action)).toEqual([
      'CreateEdgeContainerAppVersion',
      'ListEdgeContainerAppVersions',
    ]);
    const last = all.body[1].number;
    expect((await admin('GET', '/calls?action=CreateEdgeContainerAppVersion')).body).toHaveLength(1);
    expect((await admin('GET', '/calls?code=InvalidParameter.appid')).body).toMatchObject([{ number: last }]);
    expect((await admin('GET', `/calls?after=${last - 1}`)).body).toMatchObject([{ number: last }]);
    expect((await admin('GET', '/calls/summary')).body).toEqual({
      CreateEdgeContainerAppVersion: { ok: 1 },
      ListEdgeContainerAppVersions: { 'InvalidParameter.appid': 1 },
    });
    expect(await admin('DELETE', '/calls')).toEqual({ status: 204, body: undefined });
    expect((await admin('GET', '/calls')).body).toEqual([]);
  });

  it('sets a fault, shows it as unused, and removes it', async () => {
    const fault = { action: '*', answer: { kind: 'error', code: 'InternalError' } };
    const set = await admin('POST', '/faults', fault);
    expect(set.body).toEqual({ id: expect.any(String), fault, used: 0, remaining: 1 });
    expect((await admin('GET', '/faults?unused')).body).toEqual([set.body]);
    expect((await rawCall(emulator)).body.Code).toBe('InternalError');
    expect((await admin('GET', '/faults?unused')).body).toEqual([]);
    expect((await admin('GET', '/faults')).body).toMatchObject([{ used: 1, remaining: 0 }]);
    expect((await admin('DELETE', `/faults/${set.body.id}`)).status).toBe(204);
    await admin('POST', '/faults', fault);
    await admin('DELETE', '/faults');
    expect((await admin('GET', '/faults')).body).toEqual([]);
  });

  it('releases the calls that a fault holds', async () => {
    const set = await admin('POST', '/faults', { action: '*', count: 'always', hold: 'before-commit' });
    expect(set.body.remaining).toBe('always');
    const call = rawCall(emulator);
    await emulator.waitForCall(({ outcome }) => outcome.fault === set.body.id);
    await admin('POST', `/faults/${set.body.id}/release`);
    expect((await call).status).toBe(200);
    await admin('DELETE', '/faults');
  });

  it('shows and changes switches, all or none', async () => {
    expect((await admin('PATCH', '/switches', { search: 'prefix', listDelayMs: 5 })).body).toMatchObject({
      search: 'prefix',
      listDelayMs: 5,
      duplicateNames: 'refused',
    });
    const bad = await admin('PATCH', '/switches', { search: 'substring', listDelayMs: -1, speed: 'fast' });
    expect(bad).toEqual({
      status: 400,
      body: {
        error:
          'bad emulator switches: listDelayMs must be a whole number from 0 to 86400000, not -1; speed is not a switch',
      },
    });
    expect((await admin('GET', '/switches')).body).toMatchObject({ search: 'prefix', listDelayMs: 5 });
    await admin('PATCH', '/switches', { search: 'substring', listDelayMs: 0 });
  });

  it('adds and removes keys, and never shows a secret', async () => {
    const call = { accessKeyId: 'new-key', secret: 'new-secret' };
    expect((await admin('PUT', '/keys/new-key', { secret: 'new-secret', deny: [] })).status).toBe(204);
    expect((await admin('GET', '/keys')).body).toEqual(['emulator-key-id', 'new-key']);
    expect((await rawCall(emulator, call)).status).toBe(200);
    await admin('DELETE', '/keys/new-key');
    expect((await rawCall(emulator, call)).body.Code).toBe('InvalidAccessKeyId.NotFound');
  });

  it('adds apps and sets their status', async () => {
    const other = 'app-880688675783790002';
    expect((await admin('POST', '/apps', { appId: other })).status).toBe(204);
    expect((await admin('GET', '/apps')).body).toContainEqual(
      expect.objectContaining({ appId: other, status: 'created', versionCount: 0 }),
    );
    await admin('PATCH', `/apps/${other}`, { status: 'deleted' });
    const { body } = await rawCreate(emulator, { AppId: other });
    expect(body.Code).toBe('InvalidApp.NotFound');
  });

  it('shows, changes and deletes versions', async () => {
    const versionId = await createVersion('changed-1.0');
    await admin('PATCH', `/versions/${versionId}`, { status: 'failed', isPublished: true });
    const { body } = await admin('GET', `/versions?appId=${appId}`);
    expect(body).toContainEqual(expect.objectContaining({ versionId, status: 'failed', isPublished: true }));
    expect((await admin('DELETE', `/versions/${versionId}`)).status).toBe(204);
    expect(emulator.versions().map((version) => version.versionId)).not.toContain(versionId);
  });

  it('names its paths', async () => {
    const { body } = await admin('GET', '/');
    const reads = body.filter((route: string) => /^GET [^{]*$/.test(route));
    expect(reads.length).toBeGreaterThan(5);
    for (const route of reads) expect((await admin('GET', route.slice(4))).status).toBe(200);
  });

  const status = async (headers: Record<string, string>, body?: string) => {
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
    request(`${emulator.adminUrl}/faults`, { method: body === undefined ? 'GET' : 'POST', headers })
      .on('response', (response) => resolve(response.resume().statusCode))
      .on('error', reject)
      .end(body);
    return promise;
  };

  it.each([
    ['another origin', { Origin: 'http://example.com' }],
    ['an origin that is hidden', { Origin: 'null' }],
    ['another port of this machine', { Origin: 'http://127.0.0.1:3000' }],
    ['another site, by a link', { 'Sec-Fetch-Site': 'cross-site' }],
    ['another port, by a link', { 'Sec-Fetch-Site': 'same-site' }],
    ['a name that was pointed here', { Host: 'rebound.example.com' }],
    [
      'such a name as origin too',
      { Host: 'rebound.example.com:80', Origin: 'http://rebound.example.com:80' },
    ],
    ['a name that looks like ours', { Host: 'localhost.example.com' }],
    ['a name that looks like an address', { Host: '127.0.0.1.example.com' }],
    ['a form of its own page', { 'Sec-Fetch-Site': 'same-origin', 'Content-Type': 'text/plain' }],
  ])('refuses a page of %s', async (_, headers) => {
    expect(await status(headers, '{"action":"*"}')).toBe(403);
    expect(emulator.faults()).toEqual([]);
    if (!('Content-Type' in headers)) expect(await status(headers)).toBe(403);
  });

  it.each([
    ['curl', {}],
    ['somebody who typed the address', { 'Sec-Fetch-Site': 'none' }],
    ['a name of loopback', { Host: 'LOCALHOST:18081' }],
    ['an address of this machine', { Host: '192.0.2.1:18081' }],
    ['an address of IPv6', { Host: '[::1]:18081' }],
    [
      'a page of its own',
      { Origin: 'http://localhost:1', Host: 'localhost:1', 'Sec-Fetch-Site': 'same-origin' },
    ],
  ])('answers %s', async (_, headers) => {
    expect(await status(headers)).toBe(200);
    expect(await status({ ...headers, 'Content-Type': 'application/json; charset=utf-8' }, '{}')).toBe(400);
  });

  it.each([
    ['GET', '/nothing', undefined, 404, 'there is no /nothing'],
    ['GET', '//', undefined, 404, 'there is no //'],
    ['DELETE', '/faults/%E0%A4%A', undefined, 400, '%E0%A4%A is not percent-encoded'],
    ['POST', '/switches', {}, 405, '/switches takes GET, PATCH, not POST'],
    ['POST', '/faults', '{"action"', 400, 'the body is not JSON'],
    ['POST', '/faults', undefined, 400, 'bad fault: it must be a JSON object'],
    ['POST', '/faults', { action: '*', count: 0 }, 400, 'bad fault: count must be'],
    ['DELETE', '/faults/fault-999', undefined, 400, 'there is no fault fault-999'],
    ['POST', '/faults/fault-999/release', undefined, 400, 'there is no fault fault-999'],
    ['PATCH', '/switches', undefined, 400, 'the body must be a JSON object'],
    ['PUT', '/keys/some-key', { key: 'x' }, 400, 'a key is {"secret": text}'],
    ['POST', '/apps', { appId: 'app-1' }, 400, 'the app id app-1 must be app- and 16 to 60 digits'],
    ['POST', '/apps', { appId }, 400, `the app ${appId} exists already`],
    [
      'PATCH',
      `/apps/${appId}`,
      { status: 'gone' },
      400,
      'status must be one of creating, created, failed, deleted',
    ],
    ['PATCH', '/apps/app-1', { status: 'deleted' }, 400, 'there is no app app-1'],
    ['PATCH', '/versions/ver-1', { status: 'failed' }, 400, 'there is no version ver-1'],
    ['PATCH', '/versions/ver-1', { status: 'gone' }, 400, 'a change of a version has status'],
    ['DELETE', '/versions/ver-1', undefined, 400, 'there is no version ver-1'],
  ])('answers %s %s %j with %i and says why', async (method, path, body, status, message) => {
    const answer = await admin(method, path, body);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toContain(message);
  });
});
