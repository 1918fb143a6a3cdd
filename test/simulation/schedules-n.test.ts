import { describeSchedules } from './describe-schedules.ts';

describeSchedules({ model: 'N', firstSeed: 1 });
