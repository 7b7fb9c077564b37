import { ViolationListSkeleton } from '#components/violation/violation-list-skeleton.tsx';

export default function ViolationsLoading() {
  return (
    <>
      <h1 className="mb-3 text-xl font-semibold tracking-tight">Violations</h1>
      <div className="skeleton mb-5 h-8 w-full max-w-xl" />
      <ViolationListSkeleton />
    </>
  );
}
