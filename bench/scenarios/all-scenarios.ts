/** By the name that the command line takes. */
import { burst } from './burst.ts';
import { coldStart } from './cold-start.ts';
import { failover } from './failover.ts';
import { loader } from './loader.ts';
import { overtake } from './overtake.ts';
import { rest } from './rest.ts';
import { restartStorm } from './restart-storm.ts';
import type { Scenario } from './scenario.ts';
import { steady } from './steady.ts';
import { throttle } from './throttle.ts';

export const allScenarios: Readonly<Record<string, Scenario>> = {
  burst,
  steady,
  'cold-start': coldStart,
  'restart-storm': restartStorm,
  failover,
  throttle,
  overtake,
  rest,
  loader,
};
