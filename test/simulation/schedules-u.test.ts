import { describeSchedules } from './describe-schedules.ts';

describeSchedules({ model: 'U', firstSeed: 2 });
