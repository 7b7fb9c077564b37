'use client';

import { CircleAlert, FileUp, LoaderCircle } from 'lucide-react';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { type FormEvent, useRef, useState } from 'react';
import { Button, buttonClass } from '#components/ui/button.tsx';
import { Field } from '#components/ui/field.tsx';
import { megabytes } from '#lib/model-words.ts';
import { type Uploaded, uploadModel } from './upload-model.client.ts';

type Refusal = Extract<Uploaded, { readonly kind: 'refused' }>;

const SHOWN_FIELDS = ['body', 'name', 'classes', 'title', 'licence', 'layout'];

const LAYOUTS = [
  ['ultralytics-detect', 'YOLOv8 to v12'],
  ['ultralytics-detect-transposed', 'YOLOv8 to v12, transposed'],
  ['ultralytics-end-to-end', 'YOLO with suppression inside'],
  ['yolov5', 'YOLOv5'],
  ['yolox', 'YOLOX'],
  ['rt-detr', 'RT-DETR'],
] as const;

/** Uploads a file as a model, or as a new version of the one named. */
export function UploadForm({ name }: { readonly name: string }) {
  const router = useRouter();
  const [file, setFile] = useState<File>();
  const [sent, setSent] = useState<number>();
  const [refusal, setRefusal] = useState<Refusal>();
  const stop = useRef<AbortController>(null);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    if (file === undefined) {
      setRefusal({ kind: 'refused', field: 'body', message: 'Choose a file.' });
      return;
    }
    const form = new FormData(event.currentTarget);
    const text = (field: string): string => String(form.get(field) ?? '').trim();
    const given = { name: text('name'), title: text('title'), licence: text('licence') };
    const upload = { file, ...given, classes: text('classes'), layout: text('layout') };
    stop.current = new AbortController();
    setSent(0);
    setRefusal(undefined);
    const uploaded = await uploadModel(upload, setSent, stop.current.signal);
    setSent(undefined);
    if (uploaded.kind === 'refused') setRefusal(uploaded);
    else {
      router.push(`/models/${encodeURIComponent(uploaded.name)}`);
      router.refresh();
    }
  };
  const problem = (field: string): string | undefined => (refusal?.field === field ? refusal.message : undefined);
  const busy = sent !== undefined;
  return (
    <form data-testid="upload-form" onSubmit={submit} className="flex flex-col gap-5">
      <Field
        name="ONNX file"
        problem={problem('body')}
        hint={file ? `${file.name}, ${megabytes(file.size)}` : 'Export it with opset 17 and a fixed or dynamic size.'}
      >
        {({ className: _, ...control }) => (
          <input
            {...control}
            type="file"
            accept=".onnx"
            onChange={event => setFile(event.target.files?.[0])}
            className="min-h-10 w-full rounded-lg border border-line-strong bg-canvas p-1.5 text-sm file:mr-3 file:h-7 file:rounded-md file:border-0 file:bg-raised file:px-3 file:text-sm file:text-ink"
          />
        )}
      </Field>
      <div className="grid gap-5 sm:grid-cols-2">
        <Field
          name="Name"
          problem={problem('name')}
          hint="Cameras and rules name it so. The name of a model of yours: a new version of it."
        >
          {control => (
            <input
              {...control}
              name="name"
              defaultValue={name}
              required
              maxLength={63}
              pattern="[a-z0-9][a-z0-9._\-]*"
              title="Small letters, digits, dots, hyphens and underscores"
              autoCapitalize="none"
              spellCheck={false}
              placeholder="gloves"
            />
          )}
        </Field>
        <Field name="What it finds" problem={problem('title')} hint="For people. Left empty: the name.">
          {control => <input {...control} name="title" maxLength={200} placeholder="Gloves and bare hands" />}
        </Field>
        <Field
          name="Classes"
          problem={problem('classes')}
          hint="Comma-separated, in the order of training. Left empty: those in the file."
        >
          {control => <input {...control} name="classes" maxLength={20_000} placeholder="glove, bare hand" />}
        </Field>
        <Field name="Licence of the weights" problem={problem('licence')} hint="Left empty: proprietary.">
          {control => <input {...control} name="licence" maxLength={200} placeholder="proprietary" />}
        </Field>
        <Field name="Layout of its outputs" problem={problem('layout')} hint="Needed only when a refusal asks for it.">
          {control => (
            <select {...control} name="layout">
              <option value="">As recognised</option>
              {LAYOUTS.map(([layout, words]) => (
                <option key={layout} value={layout}>
                  {words}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <div role="alert">
        {refusal && !SHOWN_FIELDS.includes(refusal.field ?? '') && (
          <p className="flex gap-2 rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">
            <CircleAlert className="mt-0.5 size-4 shrink-0" aria-hidden="true" />
            {refusal.message}
          </p>
        )}
      </div>
      {busy && <Progress sent={sent} />}
      <div className="flex flex-wrap justify-end gap-2">
        {busy ? (
          <Button onClick={() => stop.current?.abort()}>Stop</Button>
        ) : (
          <Link href="/models" prefetch={false} className={buttonClass()}>
            Cancel
          </Link>
        )}
        <Button type="submit" kind="primary" disabled={busy}>
          {busy ? <LoaderCircle className="animate-spin" aria-hidden="true" /> : <FileUp aria-hidden="true" />}
          Upload and check
        </Button>
      </div>
    </form>
  );
}

function Progress({ sent }: { readonly sent: number }) {
  const percent = Math.round(sent * 100);
  const words = percent < 100 ? `${percent} % sent` : 'Sent. It is being checked and tried: up to a minute.';
  return (
    <div className="flex flex-col gap-1.5" role="status">
      <progress value={percent} max={100} aria-label="Sent" className="h-1.5 w-full" />
      <p className="numeric text-xs text-muted">{words}</p>
    </div>
  );
}
