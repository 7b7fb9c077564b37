import type { Role } from '@sightline/schemas';
import type { ControlFold } from '@sightline/schemas/control';
import { UnauthenticatedError } from '../errors.ts';

/** A signed-in user. */
export interface Viewer {
  readonly userId: string;
  readonly login: string;
  readonly role: Role;
  /** Stores granted; null: all. */
  readonly storeIds: null | readonly string[];
}

/** The viewer. Throws UnauthenticatedError when nobody is signed in. */
export function signedIn(viewer: Viewer | undefined): Viewer {
  if (viewer === undefined) throw new UnauthenticatedError();
  return viewer;
}

/** The viewer with the present role and grants; undefined: the user may no longer sign in. */
export function currentViewer(
  fold: ControlFold,
  { userId, login }: Pick<Viewer, 'userId' | 'login'>,
): Viewer | undefined {
  const user = fold.entity('user', userId)?.value;
  // A role that only a newer version knows grants nothing here.
  return user?.active && user.role !== 'unknown'
    ? { userId, login, role: user.role, storeIds: user.storeIds }
    : undefined;
}

/** True when the viewer may see the store. */
export function mayQueryStore(viewer: Viewer | undefined, storeId: string): boolean {
  return viewer !== undefined && (viewer.storeIds === null || viewer.storeIds.includes(storeId));
}

/** True when the viewer may upload and remove models, which look at the pictures of the whole chain. */
export function mayChangeModels(viewer: Viewer | undefined): boolean {
  return viewer !== undefined && viewer.storeIds === null && (viewer.role === 'admin' || viewer.role === 'operator');
}

const EDITORS: ReadonlySet<Role> = new Set(['admin', 'manager']);

/** True when the viewer may change the cameras, zones and rules of stores that they may see, and send a webcam's pictures. */
export const mayEdit = (viewer: Viewer | undefined): boolean => viewer !== undefined && EDITORS.has(viewer.role);
