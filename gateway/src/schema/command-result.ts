import type { ObjectRef } from '@pothos/core';
import type { Entity, EntityKind } from '@sightline/schemas/control';
import { builder } from '../builder.ts';
import type { CommandResult, RemovalResult } from '../commands/command.ts';

type Outcome<O> = Extract<CommandResult<EntityKind>, { readonly outcome: O }>;

export const Conflict = builder.objectRef<Outcome<'conflict'>>('Conflict').implement({
  description: 'Another change came first, so nothing was changed.',
  fields: t => ({
    message: t.exposeString('message'),
    current: t.field({
      type: builder.nodeInterfaceRef(),
      nullable: true,
      description: 'The present entity; null: it no longer exists, or is no node.',
      // A camera's and a store's node is its value; zones and rules carry their version; others are no nodes.
      resolve: ({ current }) => {
        if (current === undefined) return null;
        const { value } = current;
        if ('maxFps' in value || 'timeZone' in value) return value;
        return 'polygon' in value || 'ruleId' in value ? current : null;
      },
    }),
  }),
});

export const Invalid = builder.objectRef<Outcome<'invalid'>>('Invalid').implement({
  description: 'The input is wrong, so nothing was changed.',
  fields: t => ({
    field: t.exposeString('field', { description: 'Field of the input.' }),
    message: t.exposeString('message', { description: 'What it must be.' }),
  }),
});

export const Pending = builder.objectRef<Outcome<'pending'>>('Pending').implement({
  description: 'The change was written but not confirmed in time: read the entity again in a moment.',
  fields: t => ({ commandId: t.exposeID('commandId') }),
});

const typeOf = { conflict: Conflict, invalid: Invalid, pending: Pending } as const;

const Removed = builder.objectRef<Extract<RemovalResult<EntityKind>, { outcome: 'accepted' }>>('Removed').implement({
  description: 'The entity was removed; its violations stay.',
  fields: t => ({
    removedIds: t.idList({
      description: 'Ids of the removed entity and of the rules and zones removed with it, in this order.',
      resolve: ({ removedIds }) => [...removedIds],
    }),
  }),
});

/** All results of a removal. */
export const RemovalResultUnion = builder.unionType('RemovalResult', {
  types: [Removed, Conflict, Invalid, Pending],
  resolveType: ({ outcome }) => (outcome === 'accepted' ? Removed : typeOf[outcome]),
});

/** The union of an entity and the other results of its change. */
export function commandResult<K extends 'zone' | 'rule'>(
  name: string,
  entity: ObjectRef<typeof builder.$inferSchemaTypes, Entity<K>>,
) {
  return builder.unionType(name, {
    types: [entity, Conflict, Invalid, Pending],
    resolveType: value => ('outcome' in value ? typeOf[value.outcome] : entity),
  });
}

/** The union's member for a result. */
export function entityOrOutcome<K extends 'zone' | 'rule'>(
  result: CommandResult<K>,
): Entity<K> | Exclude<CommandResult<K>, { readonly outcome: 'accepted' }> {
  return result.outcome === 'accepted' ? result.entity : result;
}
