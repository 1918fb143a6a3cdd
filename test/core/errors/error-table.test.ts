import { describe, expect, test } from 'vitest';
import { type Call, errorTable, textsOf } from '../../../src/core/errors/error-table.ts';
import { reasons } from '../../../src/kinds/edge-app-version/edge-app-version.ts';

const classes = ['Terminal', 'Configuration', 'Transient', 'Throttled', 'Ambiguous'];

describe('the error table', () => {
  test('has each code once', () => {
    expect(new Set(errorTable.map(({ code }) => code)).size).toBe(errorTable.length);
  });

  test('has the two spellings of one code with one meaning', () => {
    const [first, second] = errorTable.filter(({ code }) => code.toLowerCase() === 'invalidparameter.appid');
    expect({ ...second, code: '' }).toEqual({ ...first, code: '' });
  });

  test.each(errorTable.map((entry) => [entry.code, entry] as const))('tells all about %s', (_code, entry) => {
    expect(classes).toContain(entry.class);
    expect(reasons).toContain(entry.reason);
    expect(['none', 'unknown']).toContain(entry.effect);
    expect([entry.remedy, entry.ifItLasts].filter(Boolean)).toHaveLength(1);
    for (const call of ['create', 'read', 'delete'] satisfies Call[]) {
      const { cause, remedy } = textsOf(entry, call);
      expect(cause).toMatch(/^[A-Z].*\.$/);
      expect(remedy).toMatch(/^[A-Z].*\.$/);
      expect(remedy).not.toBe(cause);
    }
    if (entry.match === 'pattern') expect(() => new RegExp(entry.pattern ?? '(', 'i')).not.toThrow();
  });

  test.each(
    errorTable.filter((entry) => entry.class === 'Ambiguous').map((entry) => [entry.code, entry] as const),
  )('lets the ambiguous %s clear no attempt, and retries it for reads', (_code, entry) => {
    expect(entry.effect).toBe('unknown');
    expect(entry.classForReads).toBe('Transient');
    expect(entry.reason).toBe('Ambiguous');
  });

  test('says that a terminal error has created nothing, so that its spec can be edited', () => {
    const effects = errorTable.filter((entry) => entry.class === 'Terminal').map(({ effect }) => effect);
    expect(new Set(effects)).toEqual(new Set(['none']));
  });

  test('clears no attempt by a rule on the status alone, but for a wait that is named and a call not sent', () => {
    const clearing = errorTable.filter(({ match, effect }) => match === 'condition' && effect === 'none');
    expect(clearing.map(({ code }) => code)).toEqual([
      '(4xx that names a wait)',
      '(not sent)',
      '(not sent, TLS)',
    ]);
  });

  test.each([
    ['Transient', 'ProgressingWithRetry'],
    ['Throttled', 'Throttled'],
  ])('gives every %s error the reason %s', (errorClass, reason) => {
    const found = errorTable.filter((entry) => entry.class === errorClass).map((entry) => entry.reason);
    expect(new Set(found)).toEqual(new Set([reason]));
  });
});
