import { once } from 'node:events';
import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Send } from '../../src/cloud/call.ts';
import { createVersion } from '../../src/cloud/operations/create-version.ts';
import { deleteVersion } from '../../src/cloud/operations/delete-version.ts';
import { getApp } from '../../src/cloud/operations/get-app.ts';
import { getVersion } from '../../src/cloud/operations/get-version.ts';
import { listVersions } from '../../src/cloud/operations/list-versions.ts';
import { versionsInUse } from '../../src/cloud/operations/versions-in-use.ts';
import { classify } from '../../src/core/errors/classify.ts';
import { connect, errorOf, keys, request, shortLimitMs } from './connect.ts';
import { type Answer, always, dribble, startRawServer } from './raw-server.ts';

const nonce = '0b0e4d8e-92d1-4ad4-9a50-1c1a0e6e7a11';
const html = '<html><body><h1>Bad Gateway</h1></body></html>';

interface Fault {
  readonly title: string;
  readonly answer: Answer;
  readonly expected: object;
}

const faults: Fault[] = [
  {
    title: 'an error of the cloud',
    answer: always(404, {
      Code: 'InvalidApp.NotFound',
      Message: 'The application does not exist.',
      RequestId: 'ID-1',
    }),
    expected: {
      code: 'InvalidApp.NotFound',
      message: 'The application does not exist.',
      httpStatus: 404,
      requestId: 'ID-1',
      data: { Code: 'InvalidApp.NotFound', Message: 'The application does not exist.', RequestId: 'ID-1' },
    },
  },
  {
    title: 'a throttling with the time to wait',
    answer: always(429, { Code: 'Throttling.User', Message: 'denied' }, { 'x-acs-retry-after': '1500' }),
    expected: { code: 'Throttling.User', httpStatus: 429, retryAfterMs: 1500 },
  },
  {
    title: 'a time to wait that is no number',
    answer: always(429, { Code: 'Throttling', Message: 'denied' }, { 'x-acs-retry-after': 'soon' }),
    expected: { code: 'Throttling', retryAfterMs: undefined },
  },
  {
    title: 'a 429 of a proxy',
    answer: always(429, html, { 'x-acs-retry-after': '20' }),
    expected: { code: 'SyntaxError', httpStatus: 429, retryAfterMs: 20 },
  },
  {
    title: 'an HTML page with status 502',
    answer: always(502, html, { 'x-acs-request-id': 'ID-2' }),
    expected: { code: 'SyntaxError', httpStatus: 502, requestId: 'ID-2', data: undefined },
  },
  {
    title: 'an HTML page with status 200',
    answer: always(200, html),
    expected: {
      code: 'SyntaxError',
      httpStatus: 200,
      message: 'HTTP 200: the response is not a JSON object (text/html)',
    },
  },
  {
    title: 'an empty body with status 503',
    answer: always(503, ''),
    expected: { code: 'SyntaxError', httpStatus: 503 },
  },
  {
    title: 'an empty body with status 200',
    answer: always(200, ''),
    expected: { code: 'SyntaxError', httpStatus: 200 },
  },
  {
    title: 'a JSON array',
    answer: always(200, ['ver-1']),
    expected: { code: 'SyntaxError', httpStatus: 200 },
  },
  {
    title: 'an error body without a code',
    answer: always(500, { RequestId: 'ID-3' }),
    expected: {
      code: '(no code)',
      httpStatus: 500,
      requestId: 'ID-3',
      message: 'HTTP 500 without a message',
    },
  },
  {
    title: 'a redirect to a page',
    answer: always(302, html, { location: 'https://login.example.com/?ticket=1' }),
    expected: { code: 'SyntaxError', httpStatus: 302 },
  },
  {
    title: 'a redirect that pretends to be an answer',
    answer: always(302, { VersionId: 'ver-1', RequestId: 'ID-4' }),
    expected: {
      code: '(no code)',
      httpStatus: 302,
      requestId: 'ID-4',
      data: { VersionId: 'ver-1', RequestId: 'ID-4' },
    },
  },
  {
    title: 'a success without VersionId',
    answer: always(200, { RequestId: 'ID-5' }),
    expected: {
      code: '(200 without VersionId)',
      httpStatus: 200,
      requestId: 'ID-5',
      data: { RequestId: 'ID-5' },
    },
  },
  {
    title: 'a success with an empty VersionId',
    answer: always(200, { VersionId: '', RequestId: 'ID-6' }),
    expected: { code: '(200 without VersionId)', requestId: 'ID-6' },
  },
  {
    title: 'an XML error of the gateway',
    answer: always(
      403,
      '<?xml version="1.0"?><Error><Code>NoPermission</Code><Message>no</Message></Error>',
      {
        'content-type': 'text/xml;charset=utf-8',
      },
    ),
    expected: { code: 'NoPermission', httpStatus: 403, message: 'no' },
  },
  ...(
    [
      ['application/xml', 'application/xml'],
      ['a kind of XML', 'application/problem+xml; charset=utf-8'],
      ['the wrong content type', 'application/json'],
      ['no content type', ''],
    ] as const
  ).map(([how, type]) => ({
    title: `an XML error with ${how}`,
    answer: always(
      409,
      '\n<?xml version="1.0"?><ns:Error xmlns:ns="a"><ns:Code a="b">Site.ServiceBusy</ns:Code><Message><![CDATA[later]]></Message><RequestId>ID-9</RequestId></ns:Error>',
      { 'content-type': type },
    ),
    expected: { code: 'Site.ServiceBusy', httpStatus: 409, message: 'later', requestId: 'ID-9' },
  })),
  {
    title: 'an XML error with status 200',
    answer: always(200, '<Error><Code>NoPermission</Code><Message>a &lt;b&gt; &#x263a;</Message></Error>'),
    expected: { code: 'NoPermission', httpStatus: 200, message: 'a <b> \u263a' },
  },
  {
    title: 'XML that is nested deep',
    answer: always(400, '<a>'.repeat(60_000), { 'content-type': 'text/xml' }),
    expected: { code: 'SyntaxError', httpStatus: 400 },
  },
  ...[200, 503].map((status) => ({
    title: `JSON that is nested deep with status ${status}`,
    answer: always(status, `{"a":${'['.repeat(60_000)}${']'.repeat(60_000)}}`, {
      'content-type': 'application/json',
    }),
    expected: { code: 'ResponseTooDeep', httpStatus: status },
  })),
  {
    title: 'a response that is too large',
    answer: (response) => response.writeHead(200).end('x'.repeat(9 * 1024 * 1024)),
    expected: { code: 'ResponseTooLarge', httpStatus: 200 },
  },
  {
    title: 'a response of too many values',
    answer: always(200, `{"a":[${'0,'.repeat(260_000)}0]}`, { 'content-type': 'application/json' }),
    expected: { code: 'ResponseTooLarge', httpStatus: 200 },
  },
  {
    title: 'an id beyond 2^53 beside a failure',
    answer: always(200, '{"Success":"false","Code":"Busy","Message":"later","VersionId":179550710684000021}'),
    expected: {
      code: 'Busy',
      httpStatus: 200,
      message: 'later (the response names version 179550710684000021)',
    },
  },
  {
    title: 'an id that is none',
    answer: always(200, { VersionId: ' '.repeat(1_000_000), RequestId: 'ID-10' }),
    expected: {
      code: '(VersionId not usable)',
      message: `the VersionId is not one: "${' '.repeat(64)}... [cut]"`,
      requestId: 'ID-10',
    },
  },
  {
    title: 'a code and a text without end',
    answer: always(400, { Code: 'X'.repeat(1_000_000), Message: `${'y'.repeat(1_000_000)}` }),
    expected: { code: `${'X'.repeat(256)}... [cut]`, message: `${'y'.repeat(4000)}... [cut]` },
  },
  {
    title: 'a RequestId that is none',
    answer: always(400, { Code: 'X', RequestId: `${'id '.repeat(100)}` }, { 'x-acs-request-id': 'ID-11' }),
    expected: { code: 'X', requestId: 'ID-11' },
  },
  {
    title: 'a connection closed before the answer',
    answer: (response) => response.destroy(),
    expected: { code: 'ECONNRESET', httpStatus: undefined },
  },
  {
    title: 'a connection closed midway through the answer',
    answer: (response) => {
      response.writeHead(200, { 'content-length': 100, 'x-acs-request-id': 'ID-7' });
      response.write('{"VersionId":', () => response.destroy());
    },
    expected: { code: 'ECONNRESET', httpStatus: 200, requestId: 'ID-7' },
  },
  {
    title: 'bytes that are not HTTP',
    answer: (response) => response.socket?.end('220 mail.example.com ESMTP\r\n'),
    expected: { code: 'HTTPParserError', httpStatus: undefined },
  },
];

describe('a failed call ends as one EsaError', () => {
  test.each(faults)('after $title', async ({ answer, expected }) => {
    await using server = await startRawServer(answer);
    const send = await connect(server.url);
    const error = await errorOf(send(createVersion(request, nonce)));
    expect(error).toMatchObject({ operation: 'CreateEdgeContainerAppVersion', ...expected });
    expect(server.requests).toHaveLength(1);
  });

  test.concurrent.each<{ title: string; answer: Answer; status: number | undefined }>([
    { title: 'nothing comes', answer: () => {}, status: undefined },
    {
      title: 'the answer stops midway',
      answer: (response) => response.writeHead(200).write('{'),
      status: 200,
    },
    { title: 'the answer dribbles', answer: dribble, status: 200 },
  ])('after the deadline where $title', async ({ answer, status }) => {
    await using server = await startRawServer(answer);
    const send = await connect(server.url, { callTimeoutMs: shortLimitMs });
    const error = await errorOf(send(createVersion(request, nonce)));
    expect(error).toMatchObject({
      code: 'RequestTimeoutError',
      httpStatus: status,
      message: `no complete response within ${shortLimitMs} ms`,
    });
    expect(server.requests).toHaveLength(1);
  });

  const actions = {
    createVersion: (send: Send) => send(createVersion(request, nonce)),
    getVersion: (send: Send) => send(getVersion(request.AppId, 'ver-1')),
    listVersions: (send: Send) => send(listVersions({ appId: request.AppId, pageNumber: 1, pageSize: 100 })),
    deleteVersion: (send: Send) => send(deleteVersion(request.AppId, 'ver-1')),
    getApp: (send: Send) => send(getApp(request.AppId)),
    versionsInUse: (send: Send) => send(versionsInUse(request.AppId, 'prod')),
  };
  test.each(Object.entries(actions))(
    'after a failure in a body with status 200, on %s',
    async (_name, act) => {
      const success = {
        VersionId: 'ver-1',
        Version: {},
        Versions: [],
        TotalCount: 0,
        App: {},
        AppStatus: {},
      };
      const failure = {
        Success: false,
        Code: 'InvalidParameter',
        Message: 'no such thing',
        RequestId: 'ID-12',
      };
      await using server = await startRawServer(always(200, { ...success, ...failure }));
      const error = await errorOf(act(await connect(server.url)));
      expect(error).toMatchObject({ code: 'InvalidParameter', httpStatus: 200, requestId: 'ID-12' });
      expect(error.message).toMatch(/^no such thing/);
      expect(classify(error, 'create').effect).toBe('unknown');
    },
  );

  test('after a listing of the wrong shape, which a read may repeat', async () => {
    await using server = await startRawServer(
      always(200, { TotalCount: 1, Versions: 'none', RequestId: 'ID-8' }),
    );
    const send = await connect(server.url);
    const error = await errorOf(send(listVersions({ appId: request.AppId, pageNumber: 1, pageSize: 100 })));
    expect(error).toMatchObject({
      operation: 'ListEdgeContainerAppVersions',
      code: 'type of <field> is mismatch',
      message: 'type of Versions is mismatch, expect array, but string',
      httpStatus: 200,
      requestId: 'ID-8',
    });
    expect(classify(error, 'read')).toMatchObject({ class: 'Transient', effect: 'none' });
  });

  test('when nobody listens, and surely nothing was sent', async () => {
    const server = await startRawServer(always(200, {}));
    await server[Symbol.asyncDispose]();
    const error = await errorOf((await connect(server.url))(createVersion(request, nonce)));
    expect(error).toMatchObject({
      code: 'ECONNREFUSED',
      message: expect.stringMatching(/^connect ECONNREFUSED/),
    });
    expect(classify(error, 'create').effect).toBe('none');
  });

  test('when the host name has no address', async () => {
    const send = await connect('http://esa.invalid');
    const error = await errorOf(send(getApp(request.AppId)));
    expect(['ENOTFOUND', 'EAI_AGAIN']).toContain(error.code);
  });

  test('when the other side speaks no TLS', async () => {
    const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(
      0,
      '127.0.0.1',
    );
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const error = await errorOf((await connect(`https://127.0.0.1:${port}`))(createVersion(request, nonce)));
    server.close();
    expect(error).toMatchObject({
      code: expect.stringMatching(/^(EPROTO|ERR_SSL_.*)$/),
      message: expect.stringMatching(/^TLS failed: [a-z ]+$/),
      isUnsent: true,
    });
    expect(classify(error, 'create')).toMatchObject({ class: 'Configuration', effect: 'none' });
  });
});

describe('a request is known to be unsent', () => {
  test.each([
    { title: 'while its connection is not made', scheme: 'https', limitMs: 250, isUnsent: true },
    { title: 'but not once it was written', scheme: 'http', limitMs: shortLimitMs, isUnsent: false },
  ])('$title, when it misses its deadline', async ({ scheme, limitMs, isUnsent }) => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    const send = await connect(`${scheme}://127.0.0.1:${port}`, { callTimeoutMs: limitMs });
    const error = await errorOf(send(createVersion(request, nonce)));
    silent.close();
    expect(error).toMatchObject({
      code: 'RequestTimeoutError',
      message: `${isUnsent ? 'no connection' : 'no complete response'} within ${limitMs} ms`,
      isUnsent,
    });
  });

  test('but not where a connection that served before is reset', async () => {
    await using server = await startRawServer((response, received) => {
      if (server.requests.length === 1)
        always(200, { App: { AppId: request.AppId, Status: 'created' } })(response, received);
      else response.socket?.resetAndDestroy();
    });
    const send = await connect(server.url);
    await send(getApp(request.AppId));
    const error = await errorOf(send(createVersion(request, nonce)));
    expect(error).toMatchObject({ code: 'ECONNRESET', isUnsent: false });
    expect(server.requests[1]?.socket).toBe(server.requests[0]?.socket);
  });

  test.each(['ECONNREFUSED', 'ECONNRESET'])('where connecting ends with %s', async (code) => {
    const server = createServer((socket) => socket.resetAndDestroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    if (code === 'ECONNREFUSED') await new Promise((resolve) => server.close(resolve));
    const send = await connect(`https://127.0.0.1:${port}`);
    const error = await errorOf(send(createVersion(request, nonce)));
    server.close();
    expect(error).toMatchObject({ code, isUnsent: true });
  });
});

describe('secrets and addresses', () => {
  const echo = 'POST&%2F&AppId%3Dapp-880688675783790001';
  const leaks: { readonly title: string; readonly answer: Answer }[] = [
    {
      title: 'the string to sign of a refused signature',
      answer: always(400, {
        Code: 'SignatureDoesNotMatch',
        Message: `Specified signature is not matched with our calculation. server string to sign is:${echo}`,
        message: echo,
        Detail: echo,
      }),
    },
    {
      title: 'the canonical request of an incomplete signature',
      answer: always(400, { code: 'IncompleteSignature', message: `does not conform: ${echo}` }),
    },
    {
      title: 'keys in a message and in nested data',
      answer: always(403, {
        Code: 'NoPermission',
        Message: `key ${keys.accessKeyId} with ${keys.accessKeySecret} and LTAI5tForeignKey1234 denied`,
        AccessDeniedDetail: { Chain: [{ Key: keys.accessKeyId, Token: 'a%2Bsecurity%2Ftoken' }] },
        Recommend: 'https://api.aliyun.com/troubleshoot?q=NoPermission&key=LTAI5tForeignKey1234',
      }),
    },
    {
      title: 'keys in the RequestId, and where nobody looks',
      answer: always(
        400,
        { Code: keys.accessKeyId, RequestId: keys.accessKeySecret.toUpperCase(), [keys.accessKeyId]: 1 },
        { 'x-acs-request-id': Buffer.from(`id:${keys.accessKeySecret}`).toString('base64') },
      ),
    },
    {
      title: 'keys in the ids of a success',
      answer: always(200, { VersionId: keys.accessKeySecret, Version: { VersionId: keys.accessKeyId } }),
    },
    {
      title: 'keys in a page of a proxy',
      answer: always(502, `${keys.accessKeySecret}</html>`),
    },
    {
      title: 'the address in an error of the transport',
      answer: (response) => response.destroy(),
    },
  ];

  test.each(leaks)('never leave with $title', async ({ answer }) => {
    await using server = await startRawServer(answer);
    const send = await connect(server.url, {
      credentials: { load: async () => ({ ...keys, securityToken: 'a+security/token' }) },
    });
    const calls = [send(createVersion(request, nonce)), send(getVersion(request.AppId, 'ver-secret-place'))];
    for (const error of await Promise.all(calls.map(errorOf))) {
      const shown = [
        error.message,
        error.stack,
        JSON.stringify(error),
        inspect(error, { depth: 20, showHidden: true }),
      ];
      for (const text of shown) {
        expect(text).not.toContain(keys.accessKeyId);
        expect(text).not.toContain(keys.accessKeySecret);
        expect(text).not.toMatch(
          /LTAI5t|security.{0,3}token|AppId|ver-secret-place|q=NoPermission|Signature=/,
        );
      }
    }
  });
});
