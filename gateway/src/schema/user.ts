import { mayChangeModels, mayEdit, signedIn, type Viewer } from '../auth/viewer.ts';
import { builder } from '../builder.ts';
import { Role } from './enums.ts';

const User = builder.objectRef<Viewer>('User').implement({
  description: 'The signed-in user.',
  fields: t => ({
    userId: t.exposeID('userId'),
    login: t.exposeString('login'),
    role: t.expose('role', { type: Role }),
    storeIds: t.expose('storeIds', { type: ['ID'], nullable: true, description: 'Stores granted; null: all.' }),
    canEdit: t.boolean({
      description: 'True: may change zones and rules.',
      resolve: viewer => mayEdit(viewer),
    }),
    canChangeModels: t.boolean({ description: 'True: may upload and remove models.', resolve: mayChangeModels }),
  }),
});

builder.queryField('me', t =>
  t.field({
    type: User,
    resolve: (_, _args, { viewer }) => signedIn(viewer),
  }),
);
