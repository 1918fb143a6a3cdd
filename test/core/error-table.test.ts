import { describe, expect, test } from 'vitest';
import { reasons } from '../../src/core/edge-app-version.ts';
import { errorTable } from '../../src/core/error-table.ts';

const classes = ['Terminal', 'Configuration', 'Transient', 'Throttled', 'Ambiguous'];

describe('the error table', () => {
  test('has 84 codes, each once', () => {
    expect(errorTable).toHaveLength(84);
    expect(new Set(errorTable.map(({ code }) => code)).size).toBe(84);
  });

  test('has the two spellings of one code with one meaning', () => {
    const [first, second] = errorTable.filter(({ code }) => code.toLowerCase() === 'invalidparameter.appid');
    expect({ ...second, code: '' }).toEqual({ ...first, code: '' });
  });

  test.each(errorTable.map((entry) => [entry.code, entry] as const))('tells all about %s', (_code, entry) => {
    expect(classes).toContain(entry.class);
    expect(reasons).toContain(entry.reason);
    expect(['none', 'unknown']).toContain(entry.effect);
    expect(entry.cause).toMatch(/^[A-Z].*\.$/);
    expect(entry.remedy).toMatch(/^[A-Z].*\.$/);
    expect(entry.remedy).not.toBe(entry.cause);
    if (entry.match === 'pattern') expect(() => new RegExp(entry.pattern ?? '(')).not.toThrow();
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

  test('clears no attempt by a rule on the status alone', () => {
    const effects = errorTable.filter(({ match }) => match === 'condition').map(({ effect }) => effect);
    expect(new Set(effects)).toEqual(new Set(['unknown']));
  });

  test.each([
    ['Transient', 'ProgressingWithRetry'],
    ['Throttled', 'Throttled'],
  ])('gives every %s error the reason %s', (errorClass, reason) => {
    const found = errorTable.filter((entry) => entry.class === errorClass).map((entry) => entry.reason);
    expect(new Set(found)).toEqual(new Set([reason]));
  });
});
