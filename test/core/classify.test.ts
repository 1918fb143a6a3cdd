import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Call, classify } from '../../src/core/classify.ts';
import { reasons } from '../../src/core/edge-app-version.ts';
import { errorTable } from '../../src/core/error-table.ts';
import { EsaError, type EsaErrorDetails } from '../../src/core/esa-error.ts';

function esaError(details: Partial<EsaErrorDetails>): EsaError {
  return new EsaError({ operation: 'CreateEdgeContainerAppVersion', code: 'X', message: 'm', ...details });
}

function onCreate(details: Partial<EsaErrorDetails>) {
  const judged = classify(esaError(details), 'create');
  return [judged.class, judged.effect, judged.reason];
}

describe('a create that fails', () => {
  test.each(errorTable.map((entry) => [entry.code, entry] as const))(
    'with %s is judged by its entry',
    (code, entry) => {
      const judged = classify(esaError({ code, httpStatus: entry.httpStatus }), 'create');
      const { class: errorClass, effect, reason, cause, remedy } = entry;
      expect(judged).toMatchObject({ class: errorClass, effect, reason, cause, remedy });
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
    ['no code and status 429', 'undefined', 429, ['Throttled', 'unknown', 'Throttled']],
    ['no code and status 403', 'undefined', 403, ['Configuration', 'unknown', 'InvalidRequest']],
    ['no code and status 503', 'undefined', 503, ['Ambiguous', 'unknown', 'Ambiguous']],
    ['no code and no status', 'undefined', undefined, ['Ambiguous', 'unknown', 'Ambiguous']],
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

describe('a failed exchange for credentials', () => {
  const code = 'get sts token failed with OIDC';
  test.each([
    ['a refusal by status', { httpStatus: 400 }, ['Configuration', 'none', 'CredentialsInvalid']],
    [
      'a refusal by code',
      { data: { Code: 'NoPermission' } },
      ['Configuration', 'none', 'CredentialsInvalid'],
    ],
    [
      'a code that nobody knows',
      { data: { Code: 'AuthenticationFail.OIDCToken.Expired' } },
      ['Configuration', 'none', 'CredentialsInvalid'],
    ],
    ['nothing that tells', {}, ['Configuration', 'none', 'CredentialsInvalid']],
    ['an outage by status', { httpStatus: 503 }, ['Transient', 'none', 'ProgressingWithRetry']],
    ['a limit by status', { httpStatus: 429 }, ['Transient', 'none', 'ProgressingWithRetry']],
    ['an outage by code', { data: { Code: 'InternalError' } }, ['Transient', 'none', 'ProgressingWithRetry']],
    ['a limit by code', { data: { Code: 'Throttling.User' } }, ['Transient', 'none', 'ProgressingWithRetry']],
  ])('with %s is %j %j', (_what, details, expected) => {
    expect(onCreate({ code, ...details })).toEqual(expected);
  });

  test('has a cause and a remedy of its own where the issuer is down', () => {
    const refused = classify(esaError({ code, httpStatus: 400 }), 'read');
    const down = classify(esaError({ code, httpStatus: 503 }), 'read');
    expect(down.cause).not.toBe(refused.cause);
    expect(down.remedy).not.toBe(refused.remedy);
  });
});

describe('a read that fails', () => {
  test.each(errorTable.filter((entry) => entry.class === 'Ambiguous').map(({ code }) => code))(
    'with the ambiguous %s is tried again',
    (code) => {
      const judged = classify(esaError({ code }), 'read');
      expect([judged.class, judged.reason]).toEqual(['Transient', 'ProgressingWithRetry']);
    },
  );

  test('has changed nothing, whatever happened', () => {
    for (const { code } of errorTable) expect(classify(esaError({ code }), 'read').effect).toBe('none');
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

  test('says which texts must not be shown and when fresh credentials may help', () => {
    const marked = (member: 'redact' | 'refreshCredentialsOnce') =>
      errorTable.map(({ code }) => code).filter((code) => classify(esaError({ code }), 'create')[member]);
    expect(marked('redact')).toEqual([
      'SignatureDoesNotMatch',
      'IncompleteSignature',
      'RequestTimeoutError',
      'get sts token failed with OIDC',
    ]);
    expect(marked('refreshCredentialsOnce')).toEqual(['InvalidSecurityToken.Expired']);
  });
});
