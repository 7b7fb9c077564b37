import { builder } from '../builder.ts';
import type {
  ComponentHealth as ComponentHealthShape,
  SystemHealth as SystemHealthShape,
} from '../health/system-health.ts';
import { visibleDetails } from '../queries/visible-details.ts';
import { HealthStatus } from './enums.ts';

const ComponentHealth = builder.objectRef<ComponentHealthShape>('ComponentHealth').implement({
  description: 'Health of one process, or of one part that the product needs.',
  fields: t => ({
    name: t.exposeString('name'),
    kind: t.exposeString('kind', { description: 'process or part.' }),
    status: t.expose('status', { type: HealthStatus }),
    message: t.exposeString('message', {
      nullable: true,
      description: 'The problem and what to do; null: there is none.',
    }),
    sentence: t.exposeString('sentence', { description: 'The state in words, also when healthy.' }),
    checkedAt: t.expose('checkedAtMs', { type: 'DateTime' }),
    details: t.field({
      type: 'JSON',
      description: 'It tells only of cameras that the user may see.',
      resolve: ({ details }, _args, { fold, viewer }) => visibleDetails(fold, viewer, details),
    }),
  }),
});

const SystemHealth = builder.objectRef<SystemHealthShape>('SystemHealth').implement({
  fields: t => ({
    status: t.expose('status', { type: HealthStatus }),
    service: t.exposeString('service'),
    version: t.exposeString('version'),
    timestamp: t.expose('timestampMs', { type: 'DateTime' }),
    components: t.expose('components', { type: [ComponentHealth] }),
  }),
});

builder.queryField('health', t => t.field({ type: SystemHealth, resolve: (_, _args, { health }) => health.report() }));
