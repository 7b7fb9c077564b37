import { z } from '@hono/zod-openapi';
import type { TrialAnswer } from '@sightline/processors/trial';
import type { ModelVersion } from '@sightline/schemas';
import type { TakenPicture } from '../live/last-pictures.ts';
import type { KnownModel } from '../queries/models.ts';
import type { ShadowDifference, ShadowPair, ShadowSummary } from '../queries/shadow-comparisons.ts';

const DateTime = z.string().openapi({ format: 'date-time' });

const VersionSchema = z
  .object({
    version: z.string(),
    sha256: z.string().openapi({ description: "SHA-256 of the version's file." }),
    fileBytes: z.number(),
    title: z.string(),
    licence: z.string(),
    layout: z.string().openapi({ description: 'Layout of its outputs.' }),
    classes: z.array(z.string()),
    msPerPicture: z.number().openapi({ description: 'ms of one core for a picture, at the check.' }),
    memoryBytes: z.number().openapi({ description: 'Memory that it took at the check.' }),
    addedAt: DateTime,
    addedBy: z.string().openapi({ description: 'Id of the user who uploaded it.' }),
  })
  .openapi('ModelVersion');

const ModelSchema = z
  .object({
    name: z.string(),
    title: z.string(),
    classes: z.array(z.string()),
    licence: z.string(),
    origin: z.string(),
    sha256: z.string(),
    version: z.string().openapi({ description: 'Version that looks at the pictures.' }),
    cropsOf: z
      .string()
      .nullable()
      .openapi({ description: 'Class of the boxes that it looks at; null: whole pictures.' }),
    standard: z.boolean().openapi({ description: 'True: cameras without models of their own use it.' }),
    uploaded: z
      .object({
        entityVersion: z.number().openapi({ description: 'Send it as expectedVersion to change the model.' }),
        previous: z.string().nullable().openapi({ description: 'Version that served before.' }),
        candidate: z
          .object({ version: z.string(), percent: z.number() })
          .nullable()
          .openapi({ description: 'Version on trial, and its share of the cameras.' }),
        shadow: z.string().nullable().openapi({ description: 'Version that is compared with the serving one.' }),
        versions: z.array(VersionSchema),
      })
      .nullable()
      .openapi({ description: 'Null: it ships with Sightline.' }),
    processes: z.array(
      z.object({
        process: z.string(),
        version: z.string(),
        state: z.enum(['closed', 'open', 'failed', 'unknown']),
        reason: z.string().nullable(),
        pictures: z.number(),
        runs: z.number().openapi({ description: 'Whole pictures and parts of pictures that it looked at.' }),
        msPerPicture: z.number(),
      }),
    ),
  })
  .openapi('Model');

export const ModelListSchema = z.object({ models: z.array(ModelSchema) }).openapi('ModelList');
export const UploadedSchema = z
  .object({ model: ModelSchema, version: VersionSchema.optional() })
  .openapi('UploadedModel');

const Box = z.object({
  className: z.string(),
  confidence: z.number(),
  x1Px: z.number(),
  y1Px: z.number(),
  x2Px: z.number(),
  y2Px: z.number(),
});

export const TrialSchema = z
  .object({
    msPerPicture: z.number(),
    memoryBytes: z.number(),
    pictures: z.array(
      z.object({
        capturedAt: DateTime,
        widthPx: z.number(),
        heightPx: z.number(),
        jpeg: z.string().openapi({ description: 'The picture, as a data URL.' }),
        boxes: z.array(Box),
      }),
    ),
  })
  .openapi('ModelTrial');

export const ShadowSchema = z
  .object({
    serving: z.string(),
    shadow: z.string(),
    frames: z.number(),
    differentFrames: z.number(),
    servingBoxes: z.number(),
    shadowBoxes: z.number(),
    agreed: z.number().openapi({ description: 'Boxes that both found: the same class, overlapping by half or more.' }),
    differences: z.array(
      z.object({
        cameraId: z.string(),
        cameraName: z.string(),
        capturedAt: DateTime,
        widthPx: z.number(),
        heightPx: z.number(),
        jpeg: z.string().openapi({ description: 'The picture, as a data URL.' }),
        servingBoxes: z.array(Box),
        shadowBoxes: z.array(Box),
      }),
    ),
  })
  .openapi('ModelShadow');

export function versionJson(of: ModelVersion): z.infer<typeof VersionSchema> {
  const { version, sha256, fileBytes, title, licence, layout, classes, msPerPicture, memoryBytes, addedBy } = of;
  return {
    ...{
      version,
      sha256,
      fileBytes,
      title,
      licence,
      layout,
      classes: [...classes],
      msPerPicture,
      memoryBytes,
      addedBy,
    },
    addedAt: new Date(of.addedAtMs).toISOString(),
  };
}

/** `versions`: of an uploaded model, newest first. */
export function modelJson(of: KnownModel, versions: readonly ModelVersion[]): z.infer<typeof ModelSchema> {
  const { model: name, title, classes, licence, origin, sha256, version, standard, uploaded, cropsOf } = of;
  return {
    ...{ name, title, classes: [...classes], licence, origin, sha256, version, standard, cropsOf },
    uploaded: uploaded
      ? {
          entityVersion: uploaded.version,
          previous: uploaded.value.previous,
          candidate: uploaded.value.candidate,
          shadow: uploaded.value.shadow,
          versions: versions.map(versionJson),
        }
      : null,
    processes: of.processes.map(({ process, version, state, reason, pictures, runs, msPerPicture }) => ({
      ...{ process, version, state, reason, pictures, runs, msPerPicture },
    })),
  };
}

export function trialJson(
  { msPerPicture, memoryBytes, pictures }: Extract<TrialAnswer, { readonly kind: 'passed' }>,
  taken: readonly TakenPicture[],
): z.infer<typeof TrialSchema> {
  return {
    msPerPicture,
    memoryBytes,
    pictures: taken.map(({ capturedAtMs, widthPx, heightPx, jpeg }, at) => ({
      ...{ widthPx, heightPx, capturedAt: new Date(capturedAtMs).toISOString() },
      jpeg: dataUrl(jpeg),
      boxes: [...(pictures[at]?.boxes ?? [])],
    })),
  };
}

const dataUrl = (jpeg: Buffer): string => `data:image/jpeg;base64,${jpeg.toString('base64')}`;

/** Differences whose picture is gone are left out. */
export function shadowJson(
  { serving, shadow }: ShadowPair,
  summary: ShadowSummary,
  differences: readonly ShadowDifference[],
  jpegs: readonly (Buffer | undefined)[],
  names: readonly string[],
): z.infer<typeof ShadowSchema> {
  return {
    ...{ serving, shadow, ...summary },
    differences: differences.flatMap(({ cameraId, capturedAtMs, widthPx, heightPx, servingBoxes, shadowBoxes }, at) => {
      const jpeg = jpegs[at];
      if (jpeg === undefined) return [];
      return {
        ...{ cameraId, cameraName: names[at] ?? cameraId, capturedAt: new Date(capturedAtMs).toISOString() },
        ...{ widthPx, heightPx, jpeg: dataUrl(jpeg) },
        ...{ servingBoxes: [...servingBoxes], shadowBoxes: [...shadowBoxes] },
      };
    }),
  };
}
