import { describeSchedules } from './describe-schedules.ts';

describeSchedules({ model: 'N', firstSeed: 1, schedules: 10_000 });
