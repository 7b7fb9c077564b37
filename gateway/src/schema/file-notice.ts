import { builder } from '../builder.ts';
import { type FileNotice as FileNoticeRecord, removedCamera, visibleFileNotices } from '../queries/configuration.ts';

const FileNotice = builder.objectRef<FileNoticeRecord>('FileNotice').implement({
  description:
    'A file in the videos folder that is no camera of its own: it is being read, it cannot be read, or its recording belongs to a camera already.',
  fields: t => ({
    fileId: t.exposeID('cameraId'),
    fileName: t.exposeString('fileName'),
    message: t.string({
      description: 'Which file, why it is no camera, and what to do.',
      resolve: ({ message, fileName }) => message ?? `${fileName} cannot be read: copy it again`,
    }),
    removedCameraId: t.id({
      nullable: true,
      description: 'Removed camera that the recording belongs to: restoreCamera brings it back. Null: none.',
      resolve: ({ sameAs }, _, { fold, viewer }) =>
        sameAs === null ? null : (removedCamera(fold, viewer, sameAs)?.cameraId ?? null),
    }),
    unreadable: t.boolean({
      description: 'The file cannot be read: replace it.',
      resolve: ({ state }) => state === 'broken',
    }),
    at: t.expose('atMs', { type: 'DateTime', description: "Ingest's clock when it said so." }),
  }),
});

builder.queryField('fileNotices', t =>
  t.field({
    type: [FileNotice],
    description: 'Files in the videos folder that are no camera of their own.',
    resolve: (_, __, { viewer, statuses }) => visibleFileNotices(viewer, statuses.all()),
  }),
);
