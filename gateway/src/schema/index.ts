import { builder } from '../builder.ts';
import './scalars.ts';
import './enums.ts';
import './user.ts';
import './store.ts';
import './model.ts';
import './camera.ts';
import './set-camera.ts';
import './file-notice.ts';
import './zone.ts';
import './rule.ts';
import './violation.ts';
import './violations.ts';
import './violation-neighbours.ts';
import './violation-statistics.ts';
import './violation-events.ts';
import './health.ts';

export const schema = builder.toSchema();
