import { describeFederation } from './describeFederation.js';
import { describeWithPlanner } from './describeWithPlanner.js';

/** What the planned schema answers, and the requests that it takes. */
await describeWithPlanner('with plans', (build) => describeFederation('joined', build, { isExact: true }));
