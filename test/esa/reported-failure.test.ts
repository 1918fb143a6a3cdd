import { describe, expect, test } from 'vitest';
import { reportedFailure } from '../../src/esa/reported-failure.ts';

const id = { RequestId: 'ID-1' };

describe('a body that is a success', () => {
  test.each<[string, object]>([
    ['an id', { ...id, VersionId: 'ver-1' }],
    ['nothing', {}],
    ['the word for it', { ...id, Success: true, Code: 'OK', Message: 'success' }],
    ['the number for it', { Code: 200, HttpStatusCode: 200, Success: 'true' }],
    ['another number for it', { code: '0', message: '' }],
    ['empty members', { Code: '', Error: null, Errors: [], ErrorMessage: '', Exception: {}, Success: null }],
    ['a version that failed', { Version: { Status: 'failed' }, Data: { Status: 'failed' } }],
    ['a state', { State: 'ok', Status: 'created', Result: true }],
    ['a list', { Versions: [{ Status: 'failed', Code: 'x' }], TotalCount: 1 }],
  ])('may hold %s', (_what, body) => {
    expect(reportedFailure(body as Record<string, unknown>)).toBeUndefined();
  });
});

describe('a body that reports a failure', () => {
  test.each<[object, string | undefined, string | undefined]>([
    [{ Success: false, Code: 'InvalidParameter', Message: 'no' }, 'InvalidParameter', 'no'],
    [{ success: 'false', code: 'Busy', message: 'later' }, 'Busy', 'later'],
    [{ SUCCESS: 'False' }, undefined, undefined],
    [{ success: 0 }, undefined, undefined],
    [{ Success: 'no', Code: 200, Msg: 'odd' }, '200', 'odd'],
    [{ isSuccess: false, error_code: 'X.Y', error_msg: 'no' }, 'X.Y', 'no'],
    [{ Succeeded: 'N' }, undefined, undefined],
    [{ ok: false, errorCode: 17 }, '17', undefined],
    [{ Code: 'InvalidParameter' }, 'InvalidParameter', undefined],
    [{ Code: 409, VersionId: 'ver-1' }, '409', undefined],
    [{ Code: false }, 'false', undefined],
    [{ HttpStatusCode: 500, Message: 'broken' }, undefined, 'broken'],
    [{ Error: { Code: 'NoPermission', Message: 'denied' } }, 'NoPermission', 'denied'],
    [{ error: 'not allowed' }, undefined, 'not allowed'],
    [{ error: true }, undefined, 'true'],
    [{ Errors: ['x', { code: 'A', message: 'b' }] }, 'A', 'b'],
    [{ Error: { Error: { Code: 'Deep', Message: 'no' } } }, 'Deep', 'no'],
    [{ error: { code: 403, errors: [{ code: 'A', message: 'b' }] } }, '403', 'b'],
    [{ Errors: ['it broke'] }, undefined, 'it broke'],
    [{ Status: 500, Message: 'broken' }, undefined, 'broken'],
    [{ status: '503' }, undefined, undefined],
    [{ success: false, Success: true }, undefined, undefined],
    [{ Success: true, code: 'OK', Code: 'Busy' }, 'Busy', undefined],
    [{ ErrorMessage: 'it broke' }, undefined, 'it broke'],
    [{ Code: 'OK', Error: { Code: 'Inner' } }, 'Inner', undefined],
    [{ Status: 'failed', Message: 'no' }, undefined, 'no'],
    [{ Result: false }, undefined, undefined],
    [{ result: 'FAILED' }, undefined, undefined],
    [{ Data: { Success: false, Code: 'Deep' } }, 'Deep', undefined],
    [{ Response: { Result: { error: { code: 'Deeper', message: 'no' } } } }, 'Deeper', 'no'],
  ])('is %j, with code %s and text %s', (body, code, message) => {
    expect(reportedFailure(body as Record<string, unknown>)).toEqual({ code, message });
  });
});
