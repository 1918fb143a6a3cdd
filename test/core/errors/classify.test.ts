import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Call, classify } from '../../../src/core/errors/classify.ts';
import { errorTable, textsOf } from '../../../src/core/errors/error-table.ts';
import { EsaError, type EsaErrorDetails } from '../../../src/core/errors/esa-error.ts';
import { reasons } from '../../../src/kinds/edge-app-version/edge-app-version.ts';

function esaError(details: Partial<EsaErrorDetails>): EsaError {
  return new EsaError({ operation: 'CreateEdgeContainerAppVersion', code: 'X', message: 'm', ...details });
}

function onCreate(details: Partial<EsaErrorDetails>) {
  const judged = classify(esaError(details), 'create');
  return [judged.class, judged.effect, judged.reason];
}

/** Those that are codes: the others are picked by a rule or a pattern. */
const codes = errorTable.filter(({ match }) => match === undefined);

describe('a create that fails', () => {
  test.each(codes.map((entry) => [entry.code, entry] as const))(
    'with %s is judged by its entry',
    (code, entry) => {
      const judged = classify(esaError({ code, httpStatus: entry.httpStatus }), 'create');
      const { class: errorClass, effect, reason } = entry;
      expect(judged).toMatchObject({ class: errorClass, effect, reason, ...textsOf(entry, 'create') });
    },
  );

  test.each([
    ['InvalidParameter.Name', 400, ['Terminal', 'none', 'InvalidRequest']],
    ['InvalidParameter.Percentage', 400, ['Terminal', 'none', 'InvalidRequest']],
    ['InvalidParameter.Image', 400, ['Terminal', 'none', 'InvalidRequest']],
    ['InvalidParameter.HttpHeaders', 400, ['Terminal', 'none', 'InvalidRequest']],
    ['InvalidParameter.appid', 400, ['Terminal', 'none', 'InvalidRequest']],
    ['InvalidParameter', 400, ['Terminal', 'none', 'InvalidRequest']],
    ['ParameterAlreadyExist', 400, ['Ambiguous', 'unknown', 'Ambiguous']],
    ['NameAlreadyExists', 400, ['Ambiguous', 'unknown', 'Ambiguous']],
    ['InvalidApp.NotFound', 404, ['Configuration', 'none', 'AppNotFound']],
    ['InternalError', 500, ['Ambiguous', 'unknown', 'Ambiguous']],
  ])('with the documented %s (%i) is %j', (code, httpStatus, expected) => {
    expect(onCreate({ code, httpStatus })).toEqual(expected);
  });

  test.each([
    ['another case', 'INVALIDPARAMETER.NAME', 400, ['Terminal', 'none', 'InvalidRequest']],
    ['another parameter', 'InvalidParameter.Containers', 400, ['Terminal', 'none', 'InvalidRequest']],
    ['a missing parameter', 'MissingContainers', 400, ['Terminal', 'none', 'InvalidRequest']],
    ['a bad parameter at the gateway', 'InvalidAppId', 400, ['Terminal', 'none', 'InvalidRequest']],
    [
      'a missing token, which is no parameter',
      'MissingSecurityToken',
      400,
      ['Configuration', 'none', 'CredentialsInvalid'],
    ],
    ['an unknown limit', 'Throttling.Burst', 400, ['Throttled', 'none', 'Throttled']],
    ['a limit with status 429', 'Throttling.User', 429, ['Throttled', 'none', 'Throttled']],
    ['a busy code with status 429', 'SystemBusy', 429, ['Throttled', 'unknown', 'Throttled']],
    ['a page of text with status 429', 'SyntaxError', 429, ['Throttled', 'unknown', 'Throttled']],
    ['a page of text with status 502', 'SyntaxError', 502, ['Ambiguous', 'unknown', 'Ambiguous']],
    ['no code and status 429', '(no code)', 429, ['Throttled', 'unknown', 'Throttled']],
    ['no code and status 403', '(no code)', 403, ['Configuration', 'unknown', 'InvalidRequest']],
    ['no code and status 409', '(no code)', 409, ['Ambiguous', 'unknown', 'Ambiguous']],
    ['no code and status 503', '(no code)', 503, ['Ambiguous', 'unknown', 'Ambiguous']],
    ['no code and status 200', '(no code)', 200, ['Ambiguous', 'unknown', 'Ambiguous']],
    ['a code like a rule', '(4xx that names a wait)', 403, ['Configuration', 'unknown', 'InvalidRequest']],
    ['a known refusal with status 200', 'InvalidParameter', 200, ['Terminal', 'unknown', 'InvalidRequest']],
    ['a known refusal with status 409', 'InvalidParameter', 409, ['Terminal', 'unknown', 'InvalidRequest']],
    ['an unknown code and status 409', 'Brand.New', 409, ['Ambiguous', 'unknown', 'Ambiguous']],
    ['an unknown code and status 400', 'Brand.New', 400, ['Configuration', 'unknown', 'InvalidRequest']],
    ['an unknown code and status 408', 'Brand.New', 408, ['Ambiguous', 'unknown', 'Ambiguous']],
    ['an unknown code and status 500', 'Brand.New', 500, ['Ambiguous', 'unknown', 'Ambiguous']],
    ['an unknown code and a redirect', 'Brand.New', 302, ['Ambiguous', 'unknown', 'Ambiguous']],
    ['an unknown code and no status', 'Brand.New', undefined, ['Ambiguous', 'unknown', 'Ambiguous']],
    ['a name like a built-in member', 'constructor', 400, ['Configuration', 'unknown', 'InvalidRequest']],
    [
      'a refusal whose status proves nothing',
      'InvalidParameter.Name',
      500,
      ['Terminal', 'unknown', 'InvalidRequest'],
    ],
    ['a server fault sent as 400', 'InternalException', 400, ['Ambiguous', 'unknown', 'Ambiguous']],
    [
      'a connection that was never made',
      'ECONNREFUSED',
      undefined,
      ['Transient', 'none', 'ProgressingWithRetry'],
    ],
  ])('with %s (%s, %s) is %j', (_what, code, httpStatus, expected) => {
    expect(onCreate({ code, httpStatus })).toEqual(expected);
  });

  test('is never surely without effect unless its code is listed so', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.option(fc.integer({ min: 200, max: 599 }), { nil: undefined }),
        (code, httpStatus) => {
          expect(classify(esaError({ code: `Brand.New${code}`, httpStatus }), 'create').effect).toBe(
            'unknown',
          );
        },
      ),
    );
  });
});

describe('a create that is refused for now', () => {
  test.each([
    ['an unknown code', 'Brand.New', 403, 'none', 'Throttled'],
    ['no code', '(no code)', 400, 'none', 'Throttled'],
    ['a page of a proxy', 'SyntaxError', 429, 'none', 'Throttled'],
    ['a busy service', 'Site.ServiceBusy', 400, 'none', 'Throttled'],
    ['a conflict by its code', 'OperationConflict', 400, 'none', 'Throttled'],
    ['a rate limit without a known effect', 'TooManyRequests', 400, 'none', 'Throttled'],
    ['a conflict by its status', 'Brand.New', 409, 'unknown', 'Ambiguous'],
    ['a time-out', 'Brand.New', 408, 'unknown', 'Ambiguous'],
    ['a failing service', 'ServiceUnavailable', 503, 'unknown', 'Ambiguous'],
    ['a body that reports it with status 200', 'TooManyRequests', 200, 'unknown', 'Throttled'],
    ['a name that is taken', 'NameAlreadyExists', 400, 'unknown', 'Ambiguous'],
    ['a server fault sent as 400', 'InternalException', 400, 'unknown', 'Ambiguous'],
    ['a nonce seen before', 'SignatureNonceUsed', 400, 'unknown', 'Ambiguous'],
    ['a value that is refused', 'InvalidParameter.Name', 400, 'none', 'InvalidRequest'],
    ['a disabled key', 'InvalidAccessKeyId.Inactive', 400, 'none', 'CredentialsInvalid'],
  ])(
    'with a time to wait and %s (%s, %i) has effect %s and reason %s',
    (_what, code, httpStatus, ...expected) => {
      const { effect, reason } = classify(esaError({ code, httpStatus, retryAfterMs: 5_000 }), 'create');
      expect([effect, reason]).toEqual(expected);
    },
  );
});

describe('a code of a family', () => {
  const busy = 'Transient Ambiguous unknown';
  const limited = 'Throttled Throttled unknown';
  const key = 'Configuration CredentialsInvalid none';
  const endpoint = 'Configuration InvalidRequest none';
  test.each([
    ...['OperationConflict', 'Conflict.Version', 'OptimisticLockFailed', 'RESOURCE_LOCKED', 'app.lock'].map(
      (code) => [code, busy],
    ),
    ...[
      'SyncLock',
      'SystemIsBusy',
      'Region.Unavailable',
      'GatewayTimeout',
      'Request.TimedOut',
      'TIME_OUT',
    ].map((code) => [code, busy]),
    ...[
      'Request.Throttling.Api',
      'RequestThrottled',
      'FlowControl',
      'Api.FLOW_LIMIT',
      'RateLimitExceeded',
    ].map((code) => [code, limited]),
    ...['MissingAccessKeyId', 'InvalidAccessKeyId', 'AccessKeyDisabled', 'InvalidAccessKeySecret'].map(
      (code) => [code, key],
    ),
    ...['InvalidSignature', 'MissingSignature', 'UnsupportedSignatureMethod', 'SignatureExpired'].map(
      (code) => [code, key],
    ),
    ...['IllegalTimestamp', 'MissingTimestamp', 'InvalidDate', 'InvalidDate.Expired', 'MissingDate'].map(
      (code) => [code, key],
    ),
    ...['InvalidParameter.AccessKeyId', 'InvalidParameter.Timestamp', 'InvalidSecurityToken'].map((code) => [
      code,
      key,
    ]),
    ...['MissingVersion', 'UnsupportedVersion', 'InvalidVersion.NotFound', 'MissingAction'].map((code) => [
      code,
      endpoint,
    ]),
    ...['InvalidAction', 'InvalidApiVersion', 'InvalidParameter.Version', 'UnsupportedMethod'].map((code) => [
      code,
      endpoint,
    ]),
    ...['InvalidSignatureNonce', 'NonceRepeated', 'InvalidParameter.Nonce'].map((code) => [code, busy]),
  ])('%s is for a read, and then for a create: %s', (code, expected) => {
    const error = esaError({ code, httpStatus: 400 });
    const create = classify(error, 'create');
    expect(`${classify(error, 'read').class} ${create.reason} ${create.effect}`).toBe(expected);
  });

  test.each(['AccountBlocked', 'CLOCK_SKEW', 'Overflow', 'WorkflowMissing', 'UpdateRefused'])(
    '%s is none of them',
    (code) => {
      expect(onCreate({ code, httpStatus: 400 })).toEqual(['Configuration', 'unknown', 'InvalidRequest']);
    },
  );

  test.each([
    ['InvalidVersionId', 'Terminal'],
    ['MissingVersionId', 'Terminal'],
    ['InvalidParameter.Timeout', 'Terminal'],
  ])('%s speaks of a value of the request', (code, expected) => {
    expect(classify(esaError({ code, httpStatus: 400 }), 'create').class).toBe(expected);
  });
});

describe('a call that was not sent', () => {
  test.each([
    ['ETIMEDOUT', 'Transient', 'ProgressingWithRetry'],
    ['RequestTimeoutError', 'Transient', 'ProgressingWithRetry'],
    ['ECONNRESET', 'Transient', 'ProgressingWithRetry'],
    ['UND_ERR_CONNECT_TIMEOUT', 'Transient', 'ProgressingWithRetry'],
    ['BRAND_NEW', 'Transient', 'ProgressingWithRetry'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'Configuration', 'InvalidRequest'],
    ['EPROTO', 'Configuration', 'InvalidRequest'],
    ['CERT_NOT_YET_VALID', 'Configuration', 'InvalidRequest'],
    ['CERT_HAS_EXPIRED', 'Configuration', 'InvalidRequest'],
  ])('has no effect, whatever its name: %s is %s, %s', (code, errorClass, reason) => {
    expect(onCreate({ code, isUnsent: true })).toEqual([errorClass, 'none', reason]);
  });

  test('may have had one where that is not known', () => {
    expect(onCreate({ code: 'ERR_SSL_DECRYPTION_FAILED' })).toEqual(['Ambiguous', 'unknown', 'Ambiguous']);
  });
});

describe('a read that fails', () => {
  test.each(codes.filter((entry) => entry.class === 'Ambiguous').map(({ code }) => code))(
    'with the ambiguous %s is tried again',
    (code) => {
      const judged = classify(esaError({ code }), 'read');
      expect([judged.class, judged.reason]).toEqual(['Transient', 'ProgressingWithRetry']);
    },
  );

  test('has changed nothing, whatever happened', () => {
    for (const { code } of errorTable) expect(classify(esaError({ code }), 'read').effect).toBe('none');
  });

  test('is tried a few times before a person is called where its code is not listed', () => {
    const tries = (code: string, call: Call) =>
      classify(esaError({ code, httpStatus: 400 }), call).triesBefore;
    expect(tries('Brand.New', 'read')).toBeGreaterThan(3);
    expect([
      tries('NoPermission', 'read'),
      tries('Brand.New', 'create'),
      tries('Brand.New', 'delete'),
    ]).toEqual([0, 0, 0]);
  });

  test('keeps the class of a refusal', () => {
    const judged = classify(esaError({ code: 'NoPermission', httpStatus: 403 }), 'read');
    expect([judged.class, judged.reason]).toEqual(['Configuration', 'PermissionDenied']);
  });
});

describe('a delete that fails', () => {
  test.each([
    ['InternalException', 400, ['Transient', 'unknown', 'ProgressingWithRetry']],
    ['InvalidParameter', 400, ['Terminal', 'none', 'DeleteRefused']],
    ['Brand.New', 400, ['Configuration', 'unknown', 'DeleteRefused']],
    ['Brand.New', 409, ['Transient', 'unknown', 'ProgressingWithRetry']],
    ['OperationConflict', 400, ['Transient', 'unknown', 'ProgressingWithRetry']],
    ['NoPermission', 403, ['Configuration', 'none', 'PermissionDenied']],
    ['InvalidApp.NotFound', 404, ['Configuration', 'none', 'AppNotFound']],
  ])('with %s (%i) is %j', (code, httpStatus, expected) => {
    const judged = classify(esaError({ code, httpStatus }), 'delete');
    expect([judged.class, judged.effect, judged.reason]).toEqual(expected);
  });
});

describe('any error', () => {
  test('gets a known reason, a cause and a remedy for any call', () => {
    const code = fc.oneof(fc.string(), fc.constantFrom(...errorTable.map((entry) => entry.code)));
    const httpStatus = fc.option(fc.integer({ min: 100, max: 599 }), { nil: undefined });
    const call = fc.constantFrom<Call>('create', 'read', 'delete');
    fc.assert(
      fc.property(code, httpStatus, call, (anyCode, anyStatus, anyCall) => {
        const judged = classify(esaError({ code: anyCode, httpStatus: anyStatus }), anyCall);
        expect(reasons).toContain(judged.reason);
        expect(judged.cause && judged.remedy).toBeTruthy();
        expect(judged.class === 'Ambiguous' && anyCall !== 'create').toBe(false);
      }),
    );
  });

  const waysOfCreate = /looks the version up|6 to 128|spec\.containers|field of spec|a new spec\.name/;
  test.each(errorTable.map((entry) => [entry.code, entry] as const))(
    'speaks of %s without the words of a create where the call is another',
    (_code, entry) => {
      for (const call of ['read', 'delete'] as const) {
        const { remedy } = textsOf(entry, call);
        expect(remedy).not.toMatch(waysOfCreate);
      }
      expect(textsOf(entry, 'delete').remedy).not.toMatch(/[Cc]reate the/);
      expect(textsOf(entry, 'read').cause).not.toMatch(/may have (been carried out|worked)|passed it on/);
      expect(textsOf(entry, 'create').cause).not.toMatch(/reported success|probably/);
    },
  );

  test('is told in the words of a deletion where the read was made for one', () => {
    const { inDeletion } = classify(esaError({ code: 'InvalidApp.NotFound', httpStatus: 404 }), 'read');
    expect(inDeletion.remedy).not.toMatch(/[Cc]reate/);
    const { inDeletion: late } = classify(esaError({ code: 'RequestTimeoutError' }), 'read');
    expect(late.remedy).toMatch(/^Nothing to do: the operator tries the deletion again/);
  });
});
