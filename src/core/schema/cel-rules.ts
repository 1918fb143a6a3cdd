/** The CEL rules of a schema node, compiled once and judged as the API server judges a create. */
import { Environment, Optional } from '@marcbachmann/cel-js';
import type { CelRule } from './schema-node.ts';

export interface Violation {
  readonly message: string;
  /** Relative to the node, empty for the node itself. */
  readonly fieldPath: string;
  /** The rule could not be judged, as where a value has the wrong type. */
  readonly isUnjudged?: true;
}

const environment = new Environment({ enableOptionalTypes: true })
  .registerVariable('self', 'dyn')
  .registerVariable('oldSelf', 'optional<dyn>');

/**
 * Rules about a change (with `oldSelf`, but without `optionalOldSelf`) are the API server's alone and left out.
 * @throws where a rule is no CEL or does not end in true or false
 */
export function compileRules(rules: readonly CelRule[]): (self: unknown) => Violation[] {
  const checks = rules.filter(appliesOnCreate).map(compileRule);
  return (self) => {
    const value = toCelValue(self);
    return checks.flatMap((check) => check(value) ?? []);
  };
}

function appliesOnCreate({ rule, optionalOldSelf }: CelRule): boolean {
  return optionalOldSelf === true || !/\boldSelf\b/.test(rule);
}

function compileRule({ rule, message, fieldPath = '' }: CelRule): (self: unknown) => Violation | undefined {
  const evaluate = environment.parse(rule);
  const { valid, type, error } = evaluate.check();
  if (!valid) throw error;
  if (type !== 'bool') throw new TypeError(`the rule ${rule} must end in bool, not in ${type}`);
  return (self) => {
    try {
      return evaluate({ self, oldSelf: Optional.none() }) ? undefined : { message, fieldPath };
    } catch (cause) {
      // As the API server does: a rule that cannot be evaluated is not kept.
      return {
        message: `${message} (${(cause as Error).message.split('\n', 1)[0]})`,
        fieldPath: '',
        isUnjudged: true,
      };
    }
  };
}

/** CEL tells whole numbers from others, JSON does not; a schema here has no others. */
function toCelValue(value: unknown): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(toCelValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toCelValue(member)]));
}
