import { camera } from './camera.ts';
import { chain } from './chain.ts';
import { model } from './model.ts';
import { modelVersion } from './model-version.ts';
import { rule } from './rule.ts';
import { store } from './store.ts';
import { user } from './user.ts';
import { zone } from './zone.ts';

/** Every kind of entity that this process knows: each has a file here, its `.avsc`, and a word in this line. */
export const kinds = { store, camera, zone, rule, user, chain, model, modelVersion } as const;

export type Kinds = typeof kinds;
export type EntityKind = keyof Kinds;

/** The value type of each kind. */
export type EntityOf = { readonly [K in EntityKind]: ReturnType<Kinds[K]['make']> };

type ListedKind = { [K in EntityKind]: Kinds[K]['list'] extends string ? K : never }[EntityKind];

/** The values of each listed kind that belong to a camera, in order of arrival. */
export type CameraLists = { readonly [K in ListedKind as NonNullable<Kinds[K]['list']>]: readonly EntityOf[K][] };
