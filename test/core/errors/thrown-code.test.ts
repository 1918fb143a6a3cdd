import { expect, test } from 'vitest';
import { thrownCode } from '../../../src/core/errors/thrown-code.ts';

const unknown = '(no HTTP status, unknown error)';
const timeout = Object.assign(new Error('ReadTimeout(3000)'), { name: 'RequestTimeoutError' });
const reset = Object.assign(new Error('aborted'), { code: 'ECONNRESET', name: 'AbortError' });

test.each([
  ['its code', Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  ['its code, before its name', reset, 'ECONNRESET'],
  ['its name', timeout, 'RequestTimeoutError'],
  ['its name', new SyntaxError('Unexpected token <'), 'SyntaxError'],
  ['nothing, as it is a plain error', new Error('oops'), unknown],
  ['nothing, as its code is no text', Object.assign(new Error('oops'), { code: 7 }), unknown],
  ['nothing, as it is no error', undefined, unknown],
  ['nothing, as it is a text', 'oops', unknown],
])('an error is named by %s', (_what, thrown, code) => {
  expect(thrownCode(thrown)).toBe(code);
});
