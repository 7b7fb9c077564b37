import { builder } from '../builder.ts';
import type {
  ComponentHealth as ComponentHealthShape,
  SystemHealth as SystemHealthShape,
} from '../health/system-health.ts';
import { HealthStatus } from './enums.ts';

const ComponentHealth = builder.objectRef<ComponentHealthShape>('ComponentHealth').implement({
  description: 'How one process, or one part it needs, is.',
  fields: t => ({
    name: t.exposeString('name'),
    kind: t.exposeString('kind', { description: 'process or part.' }),
    status: t.expose('status', { type: HealthStatus }),
    message: t.exposeString('message', {
      nullable: true,
      description: 'What is wrong and what to do; null: all is well.',
    }),
    sentence: t.exposeString('sentence', { description: 'How it is, in words; also when all is well.' }),
    checkedAt: t.expose('checkedAtMs', { type: 'DateTime' }),
    details: t.expose('details', { type: 'JSON' }),
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
