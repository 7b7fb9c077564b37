import { RemoveCamera, RemoveRule, RemoveZone } from '#generated/documents.ts';
import { askFromBrowser } from '#lib/gateway.client.ts';

/** What to remove, with the version that the page shows. */
export interface Removable {
  readonly kind: 'camera' | 'zone' | 'rule';
  readonly id: string;
  readonly version: number;
  readonly name: string;
  /** What goes with it, in words. */
  readonly withIt: readonly string[];
}

/** Removes it. Returns undefined, or tells the person why it was not removed. Never throws. */
export async function remove(removable: Removable): Promise<string | undefined> {
  try {
    const result = await ask(removable);
    switch (result.__typename) {
      case 'Removed':
        return undefined;
      case 'Pending':
        return 'Written, but not confirmed yet. Reload the page in a moment.';
      case 'Invalid':
        return result.message;
      case 'Conflict':
        return `Nothing was removed: ${result.message}. Reload the page and look again.`;
    }
  } catch (error) {
    return error instanceof Error ? error.message : 'It was not removed.';
  }
}

async function ask({ kind, id, version: expectedVersion }: Removable) {
  switch (kind) {
    case 'camera':
      return (await askFromBrowser(RemoveCamera, { input: { cameraId: id, expectedVersion } })).removeCamera;
    case 'zone':
      return (await askFromBrowser(RemoveZone, { input: { zoneId: id, expectedVersion, withRules: true } })).removeZone;
    case 'rule':
      return (await askFromBrowser(RemoveRule, { input: { ruleId: id, expectedVersion } })).removeRule;
  }
}
