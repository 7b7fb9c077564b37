'use client';

import { CircleAlert, Link2, LoaderCircle } from 'lucide-react';
import { type KeyboardEvent, useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { proposedStream } from '#lib/proposed-stream.ts';
import { type OnvifCamera, type OnvifRefusal, readOnvifCamera } from './onvif.client.ts';
import { OnvifSearch } from './onvif-search.client.tsx';
import { OnvifStreams } from './onvif-streams.tsx';
import type { Problems } from './problems.ts';

/** Finds a camera in the network, asks it for its streams, and gives the form the chosen one with its login. */
export function OnvifFinder({
  inputPx,
  problem,
  onLeave,
}: Problems & { readonly inputPx: number | undefined; readonly onLeave: () => void }) {
  const [address, setAddress] = useState('');
  const [name, setName] = useState('');
  const [login, setLogin] = useState({ user: '', password: '' });
  const [read, setRead] = useState<OnvifCamera>();
  const [refusal, setRefusal] = useState<OnvifRefusal>();
  const [busy, setBusy] = useState(false);
  // Undefined: the proposed one, which follows the chosen models.
  const [chosen, setChosen] = useState<string>();
  const forget = (): void => {
    setRead(undefined);
    setRefusal(undefined);
    setChosen(undefined);
  };
  const ask = async (): Promise<void> => {
    forget();
    setBusy(true);
    const answer = await readOnvifCamera({ address, login: login.user === '' && login.password === '' ? null : login });
    setBusy(false);
    if (answer.kind === 'refused') setRefusal(answer);
    else setRead(answer);
  };
  /** Enter asks the camera; the whole form is not ready to be sent then. */
  const askOnEnter = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    if (!busy) void ask();
  };
  const refusedAt = (field: string): string | undefined => (refusal?.field === field ? refusal.message : undefined);
  const token = read && proposedStream(read.profiles, inputPx)?.token;
  const stream = chosen ?? read?.profiles.find(one => one.token === token)?.url;
  const device = read && [read.manufacturer, read.model].filter(Boolean).join(' ');
  const unplaced = problem('address') ?? problem('onvifUrl');
  return (
    <div className="flex flex-col gap-5">
      <Button className="self-start" onClick={onLeave}>
        <Link2 aria-hidden="true" /> Use an address instead
      </Button>
      <OnvifSearch
        picked={address}
        onPick={camera => {
          forget();
          setAddress(camera.onvifUrl);
          setName(camera.name ?? '');
        }}
      />
      <Field
        name="Address of the camera"
        problem={refusedAt('address')}
        hint={
          <>
            Of the chosen camera, or of one that the search does not reach: <code>192.168.1.20</code>, with a port where
            its ONVIF service has another than 80.
          </>
        }
      >
        {control => (
          <input
            {...control}
            value={address}
            onChange={event => {
              forget();
              setAddress(event.target.value);
              setName('');
            }}
            onKeyDown={askOnEnter}
            inputMode="url"
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
            placeholder="192.168.1.20"
          />
        )}
      </Field>
      <div className="grid gap-5 sm:grid-cols-2">
        {(['user', 'password'] as const).map(part => (
          <Field
            key={part}
            name={part === 'user' ? 'User' : 'Password'}
            problem={part === 'user' ? refusedAt('login') : undefined}
            hint={part === 'user' ? 'Of its ONVIF user; it is kept encrypted. Left empty: it needs none.' : undefined}
          >
            {control => (
              <input
                {...control}
                name={part}
                value={login[part]}
                onChange={event => {
                  forget();
                  setLogin({ ...login, [part]: event.target.value });
                }}
                onKeyDown={askOnEnter}
                type={part === 'password' ? 'password' : 'text'}
                autoComplete={part === 'password' ? 'new-password' : 'off'}
                autoCapitalize="none"
                spellCheck={false}
              />
            )}
          </Field>
        ))}
      </div>
      <Button className="self-start" onClick={ask} disabled={busy || address.trim() === ''}>
        {busy && <LoaderCircle className="animate-spin" aria-hidden="true" />} Show its streams
      </Button>
      <div role="alert" className="empty:hidden">
        {(refusal?.field === null || unplaced) && (
          <p className="flex gap-2 rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">
            <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
            {refusal?.message ?? unplaced}
          </p>
        )}
      </div>
      {read && <OnvifStreams camera={read} inputPx={inputPx} chosen={stream} onChoose={setChosen} />}
      {read && stream && (
        <>
          <input type="hidden" name="address" value={stream} />
          <input type="hidden" name="onvifUrl" value={read.onvifUrl} />
          <input type="hidden" name="foundName" value={name || device || ''} />
          {login.user !== '' && <input type="hidden" name="withLogin" value="on" />}
        </>
      )}
    </div>
  );
}
