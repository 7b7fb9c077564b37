import type { RestrictedZone } from '@sightline/schemas';
import { isInZone } from '../zone.ts';
import type { Breach, Kind, Standing } from './kind.ts';

/** The one phase of this kind: the subject's last look was in the zone. */
const INSIDE = 'inside';

/**
 * Breach: a subject in the zone. Each track has its own run: two people in the zone are two violations. A subject
 * inside leaves only when it is further out than `leaveMargin`, so feet on the line do not split one stay. A missed
 * subject keeps its phase. A box too weak to begin a track is no subject.
 */
export const restrictedZone: Kind<RestrictedZone> = {
  judge(parameters, state, { boxes, zone, timeMs }) {
    const standings = new Map(state.map(one => [one.trackId, one]));
    const breaches: Breach[] = [];
    for (const { className, trackId, place, index } of boxes) {
      if (className !== parameters.subjectClass || trackId === null) continue;
      const before = standings.get(trackId);
      const margin = before === undefined ? 0 : parameters.leaveMargin;
      if (zone === null || isInZone(zone, place, { ...parameters, margin })) {
        standings.set(trackId, before ?? entered(trackId, timeMs));
        breaches.push({ subject: trackId, box: index });
      } else standings.delete(trackId);
    }
    return { state: [...standings.values()], breaches };
  },
  canonical: parameters => parameters,
  words: ({ subjectClass }) => `${subjectClass} where none must be`,
};

const entered = (trackId: string, sinceMs: number): Standing => ({ trackId, phase: INSIDE, sinceMs });
