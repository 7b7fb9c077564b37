'use client';

import { Trash2 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.client.tsx';
import { RemoveModel } from '#generated/documents.ts';
import { askFromBrowser } from '#lib/gateway.client.ts';
import { refusalOf } from '#lib/refusal-of.client.ts';

/** Removes a model with all its versions, after a question. */
export function RemoveModelButton({
  name,
  expectedVersion,
}: {
  readonly name: string;
  readonly expectedVersion: number;
}) {
  const router = useRouter();
  const [asks, setAsks] = useState(false);
  const [problem, setProblem] = useState<string>();
  const remove = async (): Promise<void> => {
    const refusal = await refusalOf(async () => {
      const { removeModel } = await askFromBrowser(RemoveModel, { name, expectedVersion });
      return removeModel;
    });
    setProblem(refusal);
    if (refusal === undefined) router.push('/models');
  };
  return (
    <>
      <Button
        onClick={() => {
          setProblem(undefined);
          setAsks(true);
        }}
      >
        <Trash2 aria-hidden="true" /> Remove model
      </Button>
      <Confirm
        open={asks}
        title={`Remove the model ${name}?`}
        stay="Keep it"
        onStay={() => setAsks(false)}
        go={
          <Button kind="danger" onClick={remove}>
            Remove model
          </Button>
        }
      >
        <p>Its versions and their files are deleted. Violations that it found stay.</p>
        <p role="alert" className="mt-2 font-medium text-danger empty:hidden">
          {problem}
        </p>
      </Confirm>
    </>
  );
}
