import { burst } from './burst.ts';
import type { Scenario } from './scenario.ts';

export const allScenarios: Readonly<Record<string, Scenario>> = { burst };
