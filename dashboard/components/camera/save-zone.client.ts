import { type RuleValues, SetRuleZone, SetZone, type ZoneShape } from '#generated/documents.ts';
import { askFromBrowser } from '#lib/gateway.client.ts';
import type { ZoneDraft } from '#lib/zone-edit.ts';

export type SaveResult =
  | { readonly kind: 'saved' }
  /** Written, but not confirmed in time. */
  | { readonly kind: 'pending' }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'conflict'; readonly message: string; readonly theirs: ZoneShape | null };

/**
 * Saves the zone unless it changed since it was read. Rules that judged the whole picture judge in a new zone from then on.
 * Never throws.
 */
export async function saveZone(cameraId: string, draft: ZoneDraft, rules: readonly RuleValues[]): Promise<SaveResult> {
  try {
    const { zoneId, version, name, polygon } = draft;
    const { setZone } = await askFromBrowser(SetZone, {
      input: { cameraId, name, polygon, ...(zoneId !== null && { zoneId, expectedVersion: version }) },
    });
    switch (setZone.__typename) {
      case 'Zone':
        return zoneId === null ? await judgeInZone(cameraId, setZone.zoneId, rules) : { kind: 'saved' };
      case 'Pending':
        return { kind: 'pending' };
      case 'Invalid':
        return { kind: 'refused', message: setZone.message };
      case 'Conflict': {
        const theirs = setZone.current?.__typename === 'Zone' ? setZone.current : null;
        return { kind: 'conflict', message: setZone.message, theirs };
      }
    }
  } catch (error) {
    return { kind: 'refused', message: error instanceof Error ? error.message : 'The zone was not saved.' };
  }
}

/** Rules that judged the whole picture judge in the new zone from now on. */
async function judgeInZone(cameraId: string, zoneId: string, rules: readonly RuleValues[]): Promise<SaveResult> {
  for (const rule of rules.filter(one => one.zoneId === null)) {
    const { setRule } = await askFromBrowser(SetRuleZone, {
      input: { cameraId, ruleId: rule.ruleId, zoneId, expectedVersion: rule.version },
    });
    if (setRule.__typename === 'Conflict' || setRule.__typename === 'Invalid') {
      return {
        kind: 'refused',
        message: `The zone is saved, but the rule “${rule.name}” still judges elsewhere: ${setRule.message}`,
      };
    }
  }
  return { kind: 'saved' };
}
